package io.holdfast.server.ceph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.ceph.CephStorageSettings.Login;
import io.holdfast.server.ceph.CephStorageSettings.Templates;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RES-03")
class CephStorageRulesTest {
  private static final String POOL = "603eefc3-31c0-4920-a4b6-84fea4361d00";

  @Test
  void whatTheGuideNamesIsTaken() {
    assertDoesNotThrow(() -> check(POOL, Login.PRESET, Templates.PRESET));
    assertDoesNotThrow(
        () ->
            check(
                "rbd",
                new Login("backup", "/etc/ceph/edge.conf", "/etc/ceph/backup.keyring"),
                new Templates("volume-{volume_id}", "snapshot-{snapshot_id}", "{instance_id}")));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertEquals("pool", wrong(" ", Login.PRESET, Templates.PRESET));
    assertEquals("clientId", wrong(POOL, login("", "/a", ""), Templates.PRESET));
    assertEquals("configuration", wrong(POOL, login("admin", "ceph.conf", ""), Templates.PRESET));
    assertEquals("keyring", wrong(POOL, login("admin", "/a", "keyring"), Templates.PRESET));
  }

  @Test
  void aTemplateHoldsItsVariableOnceAndNoOther() {
    assertEquals("volumeTemplate", wrong("volume", "{snapshot_id}", "{instance_id}_disk"));
    assertEquals("snapshotTemplate", wrong("{volume_id}", "{volume_id}", "{instance_id}_disk"));
    assertEquals(
        "instanceTemplate", wrong("{volume_id}", "{snapshot_id}", "{instance_id}{instance_id}"));
    assertEquals("volumeTemplate", wrong("a/{volume_id}", "{snapshot_id}", "{instance_id}_disk"));
    assertEquals("instanceTemplate", wrong("{volume_id}", "{snapshot_id}", "{instance_id}_{disk}"));
  }

  private static Login login(String client, String configuration, String keyring) {
    return new Login(client, configuration, keyring);
  }

  private static String wrong(String volume, String snapshot, String instance) {
    return wrong(POOL, Login.PRESET, new Templates(volume, snapshot, instance));
  }

  private static String wrong(String pool, Login login, Templates templates) {
    BackupException refused =
        assertThrows(BackupException.class, () -> check(pool, login, templates));
    assertEquals(
        true,
        refused.code() == ErrorCode.INVALID_VALUE || refused.code() == ErrorCode.FIELD_MISSING);
    return refused.parameters().get("field");
  }

  private static void check(String pool, Login login, Templates templates) {
    AgentId agent = new AgentId(UUID.randomUUID().toString());
    CephStorageRules.check(new CephStorageSettings(pool, agent, login, templates, false));
  }
}
