package io.holdfast.web.rest.restore;

import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointDisk;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestoreJob;
import io.holdfast.server.restore.RestorePreview;
import io.holdfast.server.restore.RestoreService;
import io.holdfast.web.rest.Languages;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import io.holdfast.web.rest.run.RunSummary;
import io.holdfast.web.rest.speed.SpeedLimitsBody;
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
import java.util.ArrayList;
import java.util.List;

/** {@code /restore-jobs}: restores, kept so that they can be run again (RST-01, RST-07). */
@Path("/restore-jobs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class RestoreResource {
  @Inject private RestoreService restores;
  @Inject private CatalogService catalog;
  @Context private HttpHeaders headers;

  /** A kept restore job; {@code definition} can be sent back to change it. */
  public record Entry(
      String id,
      String name,
      String restorePointId,
      String mode,
      String platformId,
      String targetHostId,
      String newVmName,
      String targetVmId,
      List<String> diskKeys,
      List<Vm> vms,
      RestoreWanted definition,
      SpeedLimitsBody limits,
      String createdBy,
      String createdAt) {
    static Entry of(RestoreJob job) {
      RestoreDefinition definition = job.getDefinition();
      return new Entry(
          job.getId().toString(),
          job.getName(),
          definition.restorePointId().toString(),
          definition.mode().name(),
          definition.target().platformId().value(),
          definition.target().hostId(),
          definition.target().vmName(),
          definition.target().vmId(),
          definition.disks().stream().map(RestoreDefinition.Disk::diskKey).toList(),
          job.getDefinitions().stream().map(Vm::of).toList(),
          RestoreWanted.of(job.getName(), definition),
          SpeedLimitsBody.of(definition.options().limits()),
          job.getCreatedBy(),
          job.getCreatedAt().toString());
    }
  }

  /** A VM of a restore job; a batch has several. */
  public record Vm(String restorePointId, String newVmName, String targetHostId) {
    static Vm of(RestoreDefinition definition) {
      return new Vm(
          definition.restorePointId().toString(),
          definition.target().vmName(),
          definition.target().hostId());
    }
  }

  /** What a restore would do. */
  public record Preview(
      String vmName,
      String overwrittenVmId,
      List<RestorePreview.PreviewDisk> disks,
      List<String> notices) {}

  /** The answer to a captcha. */
  public record Answer(String captchaId, String captcha) {
    CaptchaAnswer checked() {
      return new CaptchaAnswer(
          Required.id("captchaId", captchaId), Required.text("captcha", captcha));
    }
  }

  @GET
  public Paged<Entry> list(
      @QueryParam("q") @DefaultValue("") String nameContains, @BeanParam Paged.Part part) {
    return Paged.of(restores.list(nameContains, part.request()), Entry::of);
  }

  /** Asks the backup host what the restore would do; nothing is changed. */
  @POST
  @Path("/preview")
  public Preview preview(RestoreWanted wanted) {
    RestorePreview preview = restores.plan(definition(wanted));
    return new Preview(
        preview.vmName(),
        preview.overwrittenVmId(),
        preview.disks(),
        preview.notices().stream().map(n -> n.message(Languages.of(headers))).toList());
  }

  /** Stores a restore job; it runs when it is started. */
  @POST
  public Entry create(RestoreWanted wanted) {
    RestoreDefinition definition = definition(wanted);
    return Entry.of(
        restores.create(Required.text("name", wanted.name()), definition, wanted.answer()));
  }

  /** Stores a restore job and starts it with one captcha. */
  @POST
  @Path("/start")
  public RunSummary createAndStart(RestoreWanted wanted) {
    RestoreDefinition definition = definition(wanted);
    return RunSummary.of(
        restores.createAndStart(Required.text("name", wanted.name()), definition, wanted.answer()));
  }

  /** Stores a restore of many VMs and starts it with one captcha (CAS-14). */
  @POST
  @Path("/batch")
  public RunSummary startBatch(RestoreBatch batch) {
    Required.body(batch);
    List<RestoreDefinition> definitions = new ArrayList<>();
    for (RestoreWanted vm : Required.value("vms", batch.vms())) {
      RestorePoint point =
          catalog.get(new RestorePointId(Required.text("restorePointId", vm.restorePointId())));
      definitions.add(
          vm.checked(
              keysOf(point),
              batch.named(vm, point.vmName()),
              restores.kindOn(vm.platform()).parallelism()));
    }
    return RunSummary.of(
        restores.createAndStart(Required.text("name", batch.name()), definitions, batch.answer()));
  }

  private static List<String> keysOf(RestorePoint point) {
    return point.disks().stream().map(RestorePointDisk::diskKey).toList();
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(restores.get(Required.id("id", id)));
  }

  @PUT
  @Path("/{id}")
  public Entry update(@PathParam("id") String id, RestoreWanted wanted) {
    RestoreDefinition definition = definition(wanted);
    return Entry.of(
        restores.update(Required.id("id", id), Required.text("name", wanted.name()), definition));
  }

  @DELETE
  @Path("/{id}")
  public void delete(@PathParam("id") String id) {
    restores.delete(Required.id("id", id));
  }

  @POST
  @Path("/{id}/runs")
  public RunSummary start(@PathParam("id") String id, Answer answer) {
    return RunSummary.of(restores.start(Required.id("id", id), Required.body(answer).checked()));
  }

  private RestoreDefinition definition(RestoreWanted wanted) {
    Required.body(wanted);
    RestorePointId point =
        new RestorePointId(Required.text("restorePointId", wanted.restorePointId()));
    List<String> disks = wanted.disks() == null ? keysOf(catalog.get(point)) : List.of();
    return wanted.checked(disks, restores.kindOn(wanted.platform()).parallelism());
  }
}
