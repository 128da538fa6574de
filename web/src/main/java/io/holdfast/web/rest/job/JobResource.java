package io.holdfast.web.rest.job;

import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.KindOptions;
import io.holdfast.server.policy.PolicyService;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.run.RunService;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import io.holdfast.web.rest.run.RunSummary;
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
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code /jobs}: backup jobs (JOB-01, JOB-02, JOB-10). */
@Path("/jobs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class JobResource {
  @Inject private PolicyService policies;
  @Inject private RunService runs;

  /** A job. */
  public record Entry(
      String id,
      String name,
      boolean enabled,
      String platformId,
      String agentId,
      String poolId,
      List<JobContent> content,
      JobExclusions exclusions,
      String plan,
      String type,
      JobRetention retention,
      JobOptions options,
      String createdAt) {
    static Entry of(BackupPolicy policy, KindOptions kind) {
      return new Entry(
          policy.getId().toString(),
          policy.getName(),
          policy.isEnabled(),
          policy.getPlatformId().value(),
          policy.getAgentId().value(),
          policy.getPoolId().value(),
          policy.getContent().stream().map(JobContent::of).toList(),
          JobExclusions.of(policy.getExclusions()),
          policy.getPlanKind().name(),
          policy.getBackupType().name(),
          JobRetention.of(policy.getRetention()),
          JobOptions.of(policy.getOptions(), kind),
          policy.getCreatedAt().toString());
    }
  }

  /** What a start takes; without {@code type} the job's own. */
  public record Start(String type) {}

  /** What a copy takes. */
  public record Copy(String name) {}

  @GET
  public Paged<Entry> list(
      @QueryParam("q") @DefaultValue("") String nameContains, @BeanParam Paged.Part part) {
    return Paged.of(policies.list(nameContains, part.request()), this::entry);
  }

  @POST
  public Entry create(JobWanted wanted) {
    return entry(
        policies.create(
            Required.body(wanted).checked(() -> Retention.KEEP_ALL, policies::optionsOn),
            wanted.answer()));
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return entry(policies.get(Required.id("id", id)));
  }

  @PUT
  @Path("/{id}")
  public Entry update(@PathParam("id") String id, JobWanted wanted) {
    UUID job = Required.id("id", id);
    return entry(
        policies.update(
            job,
            Required.body(wanted).checked(() -> policies.retentionToEdit(job), policies::optionsOn),
            wanted.answer()));
  }

  @DELETE
  @Path("/{id}")
  public void delete(@PathParam("id") String id) {
    policies.delete(Required.id("id", id));
  }

  @POST
  @Path("/{id}/copy")
  public Entry copy(@PathParam("id") String id, Copy copy) {
    return entry(
        policies.copy(Required.id("id", id), Required.text("name", Required.body(copy).name())));
  }

  @POST
  @Path("/{id}/enable")
  public Entry enable(@PathParam("id") String id) {
    return entry(policies.setEnabled(Required.id("id", id), true));
  }

  @POST
  @Path("/{id}/disable")
  public Entry disable(@PathParam("id") String id) {
    return entry(policies.setEnabled(Required.id("id", id), false));
  }

  /** Starts a run; it is queued when this returns. */
  @POST
  @Path("/{id}/runs")
  public RunSummary start(@PathParam("id") String id, Start start) {
    Optional<BackupType> type =
        Optional.ofNullable(start)
            .map(wanted -> Required.choice("type", wanted.type(), BackupType.class, null));
    return RunSummary.of(runs.start(Required.id("id", id), type));
  }

  private Entry entry(BackupPolicy policy) {
    return Entry.of(policy, policies.optionsOn(policy.getPlatformId()));
  }
}
