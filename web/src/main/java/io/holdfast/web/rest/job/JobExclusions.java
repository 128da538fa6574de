package io.holdfast.web.rest.job;

import io.holdfast.server.policy.Exclusions;
import java.util.List;

/**
 * VMs that a job leaves out (INV-05).
 *
 * @param patterns wildcards for name or title: {@code *} any characters, {@code ?} one
 * @param removed single VMs below a selected container
 */
public record JobExclusions(List<String> patterns, List<JobContent> removed) {
  static JobExclusions of(Exclusions exclusions) {
    return new JobExclusions(
        exclusions.patterns(), exclusions.removed().stream().map(JobContent::of).toList());
  }

  static Exclusions checked(JobExclusions given) {
    return given == null
        ? Exclusions.NONE
        : new Exclusions(
            given.patterns == null ? List.of() : given.patterns,
            given.removed == null
                ? List.of()
                : given.removed.stream().map(JobContent::checked).toList());
  }
}
