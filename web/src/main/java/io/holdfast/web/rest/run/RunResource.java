package io.holdfast.web.rest.run;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunLimits;
import io.holdfast.server.run.RunLogEntry;
import io.holdfast.server.run.RunProgress.TrafficPoint;
import io.holdfast.server.run.RunService;
import io.holdfast.server.run.RunState;
import io.holdfast.server.speed.Rates;
import io.holdfast.web.rest.Languages;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** {@code /runs}: what runs and what ran, with live progress and log (JOB-02, JOB-03). */
@Path("/runs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RunResource {
  @Inject private RunService runs;
  @Inject private RunLimits limits;
  @Context private HttpHeaders headers;

  /** A line of a run's log, in the language of the request. */
  public record LogLine(String at, String severity, String vmName, String code, String message) {
    static LogLine of(RunLogEntry entry, Locale locale) {
      return new LogLine(
          entry.getAt().toString(),
          entry.getSeverity().name(),
          entry.getVmName(),
          entry.getCode(),
          entry.message(locale));
    }
  }

  /** A point of the traffic chart. */
  public record Traffic(String at, long bytesPerSecond) {
    static Traffic of(TrafficPoint point) {
      return new Traffic(point.at().toString(), point.bytesPerSecond());
    }
  }

  /** Newest first. */
  @GET
  public Paged<RunSummary> list(
      @QueryParam("jobId") String jobId,
      @QueryParam("kind") String kind,
      @QueryParam("state") String state,
      @QueryParam("q") @DefaultValue("") String nameContains,
      @BeanParam Paged.Part part) {
    RunFilter filter =
        new RunFilter(
            Required.choice("kind", kind, RunKind.class, null),
            jobId == null ? null : Required.id("jobId", jobId),
            Required.choice("state", state, RunState.class, null),
            nameContains);
    return Paged.of(runs.list(filter, part.request()), RunSummary::of);
  }

  @GET
  @Path("/{id}")
  public RunDetail get(@PathParam("id") String id) {
    return RunDetail.of(runs.get(Required.id("id", id)), Languages.of(headers));
  }

  @POST
  @Path("/{id}/stop")
  public void stop(@PathParam("id") String id) {
    runs.stop(Required.id("id", id));
  }

  /** What a retry takes; no {@code taskIds}: all VMs that are not done. */
  public record Retry(List<String> taskIds) {}

  /** Backs VMs of an ended run up again, in a run of their own (JOB-05, OPT-14). */
  @POST
  @Path("/{id}/retry")
  @Consumes(MediaType.APPLICATION_JSON)
  public RunSummary retry(@PathParam("id") String id, Retry retry) {
    Set<UUID> tasks =
        retry == null || retry.taskIds() == null
            ? Set.of()
            : retry.taskIds().stream()
                .map(task -> Required.id("taskIds", task))
                .collect(Collectors.toSet());
    return RunSummary.of(runs.retry(Required.id("id", id), tasks));
  }

  /** Other speed limits for a run under way, in place of its job's, at once (OPT-10, OPT-11). */
  @PUT
  @Path("/{id}/limits")
  @Consumes(MediaType.APPLICATION_JSON)
  public RunDetail limit(@PathParam("id") String id, RunLimit.Wanted wanted) {
    Required.body(wanted);
    limits.limitNow(
        Required.id("id", id),
        Objects.requireNonNullElse(wanted.transferBytesPerSecond(), Rates.UNLIMITED),
        Objects.requireNonNullElse(wanted.diskBytesPerSecond(), Rates.UNLIMITED));
    return get(id);
  }

  /** The limits of its job hold again. */
  @DELETE
  @Path("/{id}/limits")
  public RunDetail useLimitsOfJob(@PathParam("id") String id) {
    limits.useJobs(Required.id("id", id));
    return get(id);
  }

  /** In the order it was written; the first 1000 lines unless asked for others. */
  @GET
  @Path("/{id}/log")
  public Paged<LogLine> log(
      @PathParam("id") String id,
      @QueryParam("offset") @DefaultValue("0") int offset,
      @QueryParam("limit") @DefaultValue("1000") int limit) {
    Locale locale = Languages.of(headers);
    return Paged.of(
        runs.log(Required.id("id", id), new PageRequest(offset, limit)),
        entry -> LogLine.of(entry, locale));
  }

  @GET
  @Path("/{id}/traffic")
  public List<Traffic> traffic(@PathParam("id") String id) {
    return runs.traffic(Required.id("id", id)).stream().map(Traffic::of).toList();
  }
}
