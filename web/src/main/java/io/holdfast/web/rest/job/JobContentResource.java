package io.holdfast.web.rest.job;

import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.ContentPreview;
import io.holdfast.server.policy.ContentSelection;
import io.holdfast.server.policy.PolicyService;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.run.EligibilityCheck;
import io.holdfast.server.run.VmEligibility;
import io.holdfast.web.rest.Languages;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * {@code /jobs/content}, {@code /jobs/check}: what a job would back up and what each VM would get,
 * before it is saved or run (INV-05, INV-07, CAS-06). Nothing is changed.
 */
@Path("/jobs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class JobContentResource {
  @Inject private ContentPreview contents;
  @Inject private EligibilityCheck eligibility;
  @Inject private PolicyService policies;
  @Context private HttpHeaders headers;

  /** What the preview takes; {@code jobId}: the job that is edited, which covers nothing then. */
  public record Wanted(
      String platformId, List<JobContent> content, JobExclusions exclusions, String jobId) {}

  /**
   * A VM of the content.
   *
   * @param excludedBy the rule that leaves it out; null when it is in or was removed
   * @param removed a person took it out
   * @param coveredBy other jobs that back it up already
   */
  public record Vm(
      String nodeId,
      String name,
      String title,
      String excludedBy,
      boolean removed,
      List<String> coveredBy) {}

  /** What a content stands for; {@code gone} is selected and not there any more. */
  public record Preview(List<Vm> included, List<Vm> excluded, List<JobContent> gone) {}

  /** What a VM would get; texts in the language of the request. */
  public record Check(
      String nodeId,
      String name,
      String title,
      boolean eligible,
      String error,
      String message,
      String type,
      String snapshot,
      boolean trackable,
      boolean shutsDown,
      List<String> notices,
      List<VmEligibility.Disk> disks,
      List<Storage> storage) {
    static Check of(VmEligibility vm, Locale locale) {
      return new Check(
          vm.vm().id(),
          vm.vm().name(),
          vm.vm().title(),
          vm.eligible(),
          vm.refusal().map(Enum::name).orElse(""),
          vm.refusalText(locale),
          vm.type().map(Enum::name).orElse(""),
          vm.snapshot(),
          vm.trackable(),
          vm.shutsDown(),
          vm.notices(locale),
          vm.disks(locale),
          vm.storage().stream()
              .map(
                  pool ->
                      new Storage(
                          pool.getName(),
                          pool.getType(),
                          pool.getTotalBytes(),
                          pool.getFreeBytes(),
                          pool.getTooFull()))
              .toList());
    }
  }

  /** A storage pool of the platform that holds disks of the VM (OPT-07). */
  public record Storage(
      String name, String type, long totalBytes, long freeBytes, boolean tooFull) {}

  /** The VMs of a content, and those that are left out. */
  @POST
  @Path("/content")
  public Preview preview(Wanted wanted) {
    Required.body(wanted);
    ContentPreview.Preview preview =
        contents.of(
            new PlatformId(Required.text("platformId", wanted.platformId())),
            Required.value("content", wanted.content()).stream().map(JobContent::checked).toList(),
            JobExclusions.checked(wanted.exclusions()),
            Optional.ofNullable(wanted.jobId()).map(id -> Required.id("jobId", id)));
    ContentSelection selection = preview.selection();
    return new Preview(
        selection.included().stream().map(vm -> vm(vm, Optional.empty(), false, preview)).toList(),
        selection.excluded().stream()
            .map(vm -> vm(vm.vm(), vm.pattern(), vm.pattern().isEmpty(), preview))
            .toList(),
        Stream.concat(selection.gone().stream(), selection.goneContainers().stream())
            .map(JobContent::of)
            .toList());
  }

  private static Vm vm(
      InventoryEntry vm,
      Optional<String> pattern,
      boolean removed,
      ContentPreview.Preview preview) {
    return new Vm(
        vm.id(),
        vm.name(),
        vm.title(),
        pattern.orElse(null),
        removed,
        preview.coveredBy().getOrDefault(vm.id(), List.of()));
  }

  /**
   * Checks a job that is not saved; {@code jobId} names the one that it is an edit of, whose last
   * hosts count then (CAS-12); {@code reach} also tries each host's data port (CAS-10).
   */
  @POST
  @Path("/check")
  public List<Check> check(
      JobWanted wanted,
      @QueryParam("jobId") @DefaultValue("") String jobId,
      @QueryParam("reach") @DefaultValue("false") boolean reach) {
    Optional<UUID> edited =
        Optional.of(jobId).filter(id -> !id.isEmpty()).map(id -> Required.id("jobId", id));
    return told(
        eligibility.check(
            Required.body(wanted).checked(() -> Retention.KEEP_ALL, policies::optionsOn),
            edited,
            reach));
  }

  /** Checks a saved job. */
  @POST
  @Path("/{id}/check")
  @Consumes(MediaType.WILDCARD)
  public List<Check> check(
      @PathParam("id") String id, @QueryParam("reach") @DefaultValue("false") boolean reach) {
    return told(eligibility.check(Required.id("id", id), reach));
  }

  private List<Check> told(List<VmEligibility> vms) {
    Locale locale = Languages.of(headers);
    return vms.stream().map(vm -> Check.of(vm, locale)).toList();
  }
}
