package io.holdfast.server.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.agent.protocol.PoolKeySlot;
import io.holdfast.agent.protocol.PoolKeyState;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PoolHealthTest {
  private static final PoolLimits QUOTA = new PoolLimits(1L << 30, 80, 95);

  private static PoolStatus.Builder healthy() {
    return PoolStatus.newBuilder()
        .setCapacityBytes(1000)
        .setFreeBytes(900)
        .setKey(PoolKeyState.POOL_KEY_NOT_ENCRYPTED);
  }

  private static Set<PoolFinding> findings(PoolLimits limits, PoolStatus.Builder status) {
    return PoolHealth.of(limits, Optional.of(status.build())).findings();
  }

  @Test
  @Tag("POOL-08")
  void fillIsJudgedByTheDiskAndByTheQuota() {
    assertEquals(Set.of(), findings(PoolLimits.PRESET, healthy()));
    assertEquals(
        Set.of(PoolFinding.SPACE_LOW), findings(PoolLimits.PRESET, healthy().setFreeBytes(200)));
    assertEquals(
        Set.of(PoolFinding.SPACE_CRITICAL),
        findings(PoolLimits.PRESET, healthy().setFreeBytes(50)));
    long quota = QUOTA.quotaBytes();
    assertEquals(Set.of(), findings(QUOTA, healthy().setStoredBytes(quota / 10 * 7)));
    assertEquals(
        Set.of(PoolFinding.QUOTA_NEAR), findings(QUOTA, healthy().setStoredBytes(quota / 10 * 9)));
    assertEquals(
        Set.of(PoolFinding.QUOTA_CRITICAL),
        findings(QUOTA, healthy().setStoredBytes(quota / 100 * 99)));
    assertEquals(
        Set.of(PoolFinding.QUOTA_REACHED), findings(QUOTA, healthy().setStoredBytes(quota)));
  }

  @Test
  @Tag("OPT-17")
  void aKeyThatIsGoneOrHasNoSecondIsSaidBeforeItIsNeeded() {
    PoolStatus.Builder encrypted =
        healthy()
            .setEncrypted(true)
            .setKey(PoolKeyState.POOL_KEY_OPENS)
            .addKeySlots(PoolKeySlot.newBuilder().setKind(PoolKeyKind.PASSPHRASE.toProtocol()));
    assertEquals(Set.of(PoolFinding.NO_RECOVERY_KEY), findings(PoolLimits.PRESET, encrypted));
    encrypted.addKeySlots(PoolKeySlot.newBuilder().setKind(PoolKeyKind.RECOVERY_KEY.toProtocol()));
    assertEquals(Set.of(), findings(PoolLimits.PRESET, encrypted));
    assertEquals(
        Set.of(PoolFinding.KEY_REFUSED),
        findings(PoolLimits.PRESET, encrypted.setKey(PoolKeyState.POOL_KEY_REFUSED)));
    assertEquals(
        Set.of(PoolFinding.KEY_MISSING),
        findings(PoolLimits.PRESET, encrypted.setKey(PoolKeyState.POOL_KEY_MISSING)));
    PoolHealth lost = PoolHealth.of(PoolLimits.PRESET, Optional.of(encrypted.build()));
    assertEquals(PoolHealth.Level.CRITICAL, lost.level());
    assertEquals(
        PoolHealth.Level.CRITICAL, PoolHealth.of(PoolLimits.PRESET, Optional.empty()).level());
  }

  @Test
  @Tag("OPS-02")
  void damageIsSaid() {
    assertEquals(
        Set.of(PoolFinding.MANIFESTS_DAMAGED),
        findings(PoolLimits.PRESET, healthy().setDamagedManifests(1)));
  }

  @Test
  @Tag("POOL-08")
  void limitsThatMakeNoSenseAreRefused() {
    for (PoolLimits wrong :
        new PoolLimits[] {
          new PoolLimits(5, 80, 95),
          new PoolLimits(0, 0, 95),
          new PoolLimits(0, 90, 90),
          new PoolLimits(0, 80, 101),
          new PoolLimits(-1, 80, 95)
        }) {
      assertEquals(
          ErrorCode.VALUE_OUT_OF_RANGE,
          assertThrows(BackupException.class, wrong::check).code(),
          wrong::toString);
    }
    PoolLimits.PRESET.check();
    QUOTA.check();
  }

  @Test
  @Tag("OPT-17")
  void aSecretIsCheckedAndNeverSaid() {
    PoolKey weak = new PoolKey(PoolKeyKind.PASSPHRASE, "elf Zeichen");
    BackupException refused = assertThrows(BackupException.class, weak::checkNew);
    assertEquals(ErrorCode.PASSPHRASE_TOO_SHORT, refused.code());
    for (Locale language : new Locale[] {Locale.ENGLISH, Locale.CHINESE}) {
      assertFalse(refused.message(language).contains("elf"), refused.message(language));
      assertFalse(refused.message(language).contains("?"), refused.message(language));
    }
    assertFalse(weak.toString().contains("elf"));
    new PoolKey(PoolKeyKind.PASSPHRASE, "zwölf Zeichen").checkNew();
    assertThrows(BackupException.class, new PoolKey(PoolKeyKind.KEY_FILE, "relative")::checkNew);
    assertThrows(
        BackupException.class, new PoolKey(PoolKeyKind.RECOVERY_KEY, "HFR1-0000")::checkNew);
  }
}
