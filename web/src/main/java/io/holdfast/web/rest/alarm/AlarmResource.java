package io.holdfast.web.rest.alarm;

import io.holdfast.server.alarm.Alarm;
import io.holdfast.server.alarm.AlarmFilter;
import io.holdfast.server.alarm.AlarmKind;
import io.holdfast.server.alarm.AlarmService;
import io.holdfast.web.rest.Languages;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;

/** {@code /alarms}: failed, skipped and degraded VMs, and platforms that do not answer (JOB-07). */
@Path("/alarms")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AlarmResource {
  @Inject private AlarmService alarms;
  @Context private HttpHeaders headers;

  /**
   * An alarm, in the language of the request; times are ISO 8601, those of the acknowledgement
   * empty while it is open. It is about a run or about a platform; the names of the other are
   * empty.
   */
  public record Entry(
      String id,
      String raisedAt,
      String kind,
      String code,
      String message,
      String runId,
      String jobName,
      String vmName,
      String platformId,
      String platformName,
      boolean open,
      String acknowledgedAt,
      String acknowledgedBy) {
    static Entry of(Alarm alarm, Locale locale) {
      return new Entry(
          alarm.getId().toString(),
          alarm.getRaisedAt().toString(),
          alarm.getKind().name(),
          alarm.getCode(),
          alarm.message(locale),
          alarm.getRunId(),
          alarm.getJobName(),
          alarm.getVmName(),
          alarm.getPlatformId(),
          alarm.getPlatformName(),
          alarm.isOpen(),
          alarm.isOpen() ? "" : alarm.getAcknowledgedAt().toString(),
          alarm.getAcknowledgedBy());
    }
  }

  /** Newest first; {@code open=false} also gives those that were acknowledged. */
  @GET
  public Paged<Entry> list(
      @QueryParam("open") @DefaultValue("true") boolean open,
      @QueryParam("kind") String kind,
      @QueryParam("q") @DefaultValue("") String text,
      @BeanParam Paged.Part part) {
    Locale locale = Languages.of(headers);
    AlarmFilter filter =
        new AlarmFilter(open, Required.choice("kind", kind, AlarmKind.class, null), text);
    return Paged.of(alarms.list(filter, part.request()), alarm -> Entry.of(alarm, locale));
  }

  /** Somebody has seen it; repeating it does no harm. */
  @POST
  @Path("/{id}/acknowledge")
  public Entry acknowledge(@PathParam("id") String id) {
    return Entry.of(alarms.acknowledge(Required.id("id", id)), Languages.of(headers));
  }
}
