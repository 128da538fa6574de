package io.holdfast.web.rest.job;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.KindOptions;
import io.holdfast.server.policy.PlanKind;
import io.holdfast.server.policy.PolicyDefinition;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.pool.PoolId;
import io.holdfast.web.rest.Required;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a job takes; {@code plan} is MANUAL (preset) or IMMEDIATE, {@code type} FULL (preset) and so
 * on. Without {@code retention} everything stays of a new job's, and a job's own rules stay as they
 * are. The captcha is needed when the job begins to skip VMs silently (CAS-03).
 */
public record JobWanted(
    String name,
    String platformId,
    String agentId,
    String poolId,
    List<JobContent> content,
    JobExclusions exclusions,
    String plan,
    String type,
    JobRetention retention,
    JobOptions options,
    String captchaId,
    String captcha) {
  /**
   * @param untold retention when none is given
   * @param kinds what a platform's jobs start with
   */
  PolicyDefinition checked(Supplier<Retention> untold, Function<PlatformId, KindOptions> kinds) {
    PlatformId platform = new PlatformId(Required.text("platformId", platformId));
    BackupOptions preset = kinds.apply(platform).preset();
    return new PolicyDefinition(
        Required.text("name", name),
        platform,
        Required.value("content", content).stream().map(JobContent::checked).toList(),
        new AgentId(Required.text("agentId", agentId)),
        new PoolId(Required.text("poolId", poolId)),
        new PolicyDefinition.Plan(
            Required.choice("plan", plan, PlanKind.class, PlanKind.MANUAL),
            Required.choice("type", type, BackupType.class, BackupType.FULL),
            retention == null ? untold.get() : retention.checked()),
        options == null ? preset : options.over(preset),
        JobExclusions.checked(exclusions));
  }

  /** The answer to a captcha; empty when none is given. */
  Optional<CaptchaAnswer> answer() {
    return captchaId == null && captcha == null
        ? Optional.empty()
        : Optional.of(
            new CaptchaAnswer(
                Required.id("captchaId", captchaId), Required.text("captcha", captcha)));
  }
}
