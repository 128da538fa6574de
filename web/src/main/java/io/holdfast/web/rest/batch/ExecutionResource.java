package io.holdfast.web.rest.batch;

import io.holdfast.server.execution.BatchExecutionService;
import io.holdfast.server.execution.ExecutionFilter;
import io.holdfast.server.execution.ExecutionStatus;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/**
 * {@code /batch/executions}: executions of the batch engine (API-01). One VM of a run is one
 * execution, and one more after each restart.
 */
@Path("/batch/executions")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ExecutionResource {
  private static final long NONE = -1;

  @Inject private BatchExecutionService executions;
  @Inject private AccessPolicy access;

  /**
   * What a start takes.
   *
   * @param job start-backup
   * @param parameters of that job
   */
  public record Start(String job, Parameters parameters) {}

  /**
   * Parameters of start-backup.
   *
   * @param jobId id or name of a backup job
   * @param type FULL, INCREMENTAL or DIFFERENTIAL; absent for the job's own
   */
  public record Parameters(String jobId, String type) {}

  /** Newest first. */
  @GET
  @Operation(summary = "Batch executions, newest first")
  public Paged<ExecutionEntry> list(
      @Parameter(description = "backup-vm, restore-vm or start-backup") @QueryParam("job")
          String job,
      @Parameter(
              description = "STARTING, STARTED, STOPPING, STOPPED, FAILED, COMPLETED or ABANDONED")
          @QueryParam("status")
          String status,
      @Parameter(description = "id of a VM task") @QueryParam("task") String task,
      @BeanParam Paged.Part part) {
    ExecutionFilter filter =
        new ExecutionFilter(
            job == null || job.isBlank() ? null : job.strip(),
            Required.choice("status", status, ExecutionStatus.class, null),
            task == null || task.isBlank() ? null : Required.id("task", task));
    return Paged.of(executions.list(filter, part.request()), ExecutionEntry::of);
  }

  @POST
  @Operation(
      summary = "Start the job start-backup",
      description =
          "Makes a run of a backup job; the exit status of the execution is the run's id. Executions"
              + " of backup-vm and restore-vm are started by the server alone (409).")
  public ExecutionEntry start(Start start) {
    access.require(Permission.BATCH_MANAGE, ResourceRef.all(ResourceKind.EXECUTION));
    Start wanted = Required.body(start);
    String job = Required.text("job", wanted.job());
    Parameters parameters =
        wanted.parameters() == null ? new Parameters(null, null) : wanted.parameters();
    Optional<BackupType> type =
        Optional.ofNullable(Required.choice("type", parameters.type(), BackupType.class, null));
    return ExecutionEntry.of(executions.start(job, parameters.jobId(), type));
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "One batch execution")
  public ExecutionEntry get(@PathParam("id") String id) {
    return ExecutionEntry.of(executions.get(number(id)));
  }

  @GET
  @Path("/{id}/steps")
  @Operation(summary = "Steps of a batch execution with their metrics, in the order of their begin")
  public List<ExecutionEntry.Step> steps(@PathParam("id") String id) {
    return executions.steps(number(id)).stream().map(ExecutionEntry.Step::of).toList();
  }

  @POST
  @Path("/{id}/stop")
  @Operation(
      summary = "Stop an execution at the end of its window",
      description =
          "Its VM task becomes INTERRUPTED and keeps snapshot and position until it is restarted or"
              + " abandoned, at most for the reconnect time of its job.")
  public ExecutionEntry stop(@PathParam("id") String id) {
    return ExecutionEntry.of(executions.stop(number(id)));
  }

  @POST
  @Path("/{id}/restart")
  @Operation(
      summary = "Go on with an interrupted execution",
      description =
          "The server starts a new execution from the recorded position as soon as the agent and the"
              + " limits allow it; task.latestExecutionId names it then.")
  public ExecutionEntry restart(@PathParam("id") String id) {
    return ExecutionEntry.of(executions.restart(number(id)));
  }

  @POST
  @Path("/{id}/abandon")
  @Operation(
      summary = "Give up an interrupted execution for good",
      description =
          "Its VM task is stopped; snapshot and pool session are released. Stop a running one first.")
  public ExecutionEntry abandon(@PathParam("id") String id) {
    return ExecutionEntry.of(executions.abandon(number(id)));
  }

  /** What is no number is no execution, which is said to whoever may see executions only. */
  private static long number(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException noNumber) {
      return NONE;
    }
  }
}
