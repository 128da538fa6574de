package io.holdfast.web.rest.restore;

import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.web.rest.Required;
import java.util.List;

/**
 * A restore of many VMs to new ones at once (CAS-14). Each VM is named {@code prefix}, then its
 * {@code newVmName} or the name it had, then {@code suffix}. Limits of what runs at the same time
 * are the first VM's.
 *
 * @param vms what is restored and where, without name and captcha; mode NEW_VM
 */
public record RestoreBatch(
    String name,
    List<RestoreWanted> vms,
    String prefix,
    String suffix,
    String captchaId,
    String captcha) {
  CaptchaAnswer answer() {
    return new CaptchaAnswer(
        Required.id("captchaId", captchaId), Required.text("captcha", captcha));
  }

  String named(RestoreWanted vm, String nameInPoint) {
    String own = vm.newVmName() == null || vm.newVmName().isBlank() ? nameInPoint : vm.newVmName();
    return (prefix == null ? "" : prefix) + own.strip() + (suffix == null ? "" : suffix);
  }
}
