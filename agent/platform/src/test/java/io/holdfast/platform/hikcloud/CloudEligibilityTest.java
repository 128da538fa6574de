package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("HIK-02")
class CloudEligibilityTest {
  private final ScriptedCloud cloud = new ScriptedCloud();
  private final ScriptedCeph ceph = Instances.images();

  @AfterEach
  void stop() {
    cloud.close();
  }

  private BackupEligibility judged() {
    return judged(cloud.connect(ceph));
  }

  private static BackupEligibility judged(PlatformConnection platform) {
    return platform.eligibility(Instances.VM, SnapshotType.SNAPSHOT_ADAPTIVE);
  }

  private BackupException refused() {
    return assertThrows(BackupException.class, this::judged);
  }

  private BackupException refusedFor(String vm) {
    Instances.told(cloud, vm);
    BackupException e = refused();
    assertEquals("门户", e.parameters().get("vm"));
    return e;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"})
  void aVmOnCephWithItsAgentIsBackedUpAndItsDisksHaveTheSizesOfTheirImages(String status) {
    Instances.of(cloud, status);
    ceph.with("vm-1_disk", new ScriptedCeph.State("aaa", (64 << 20) + 512, "", 0));
    BackupEligibility judged = judged();
    assertTrue(judged.trackingEnabled());
    assertTrue(judged.trackable());
    assertTrue(judged.survivesMigration());
    assertEquals((64 << 20) + 512, judged.disks().get(0).disk().getSizeBytes());
    assertEquals((64 << 20) + 512, judged.vm().getDisks(0).getSizeBytes());
    assertEquals(64 << 20, judged.disks().get(1).disk().getSizeBytes());
    boolean still = status.equals("PAUSED") || status.equals("SUSPENDED");
    assertEquals(still ? 1 : 0, judged.notices().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHELVED", "SHELVED_OFFLOADED", "ERROR", "BUILD", "MIGRATING", "DELETED"})
  void otherStatesAreRefusedByName(String status) {
    BackupException e = refusedFor(Instances.vm(status, "", Instances.twoVolumes()));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    boolean shelved = status.startsWith("SHELVED");
    assertEquals(shelved ? "shelved" : status, e.parameters().get("state"));
    assertEquals(status, e.parameters().get("cause"));
  }

  @Test
  void shelvedIsToldInTheReadersLanguage() {
    String vm = Instances.vm("SHELVED", "", Instances.twoVolumes());
    assertTrue(refusedFor(vm).message(Locale.CHINESE).contains("已搁置"));
  }

  @Test
  void aVmThatIsAtWorkIsRefused() {
    String vm = Instances.vm("ACTIVE", ",\"x\":1", Instances.twoVolumes());
    BackupException e =
        refusedFor(vm.replace("\"taskState\":\"\"", "\"taskState\":\"resize_prep\""));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    assertEquals("resize_prep", e.parameters().get("state"));
    Instances.told(cloud, vm.replace("\"taskState\":\"\"", "\"taskState\":null"));
    assertEquals(2, judged().disks().size());
  }

  @Test
  void aVmWithoutTheAgentIsRefusedAndOneWhoseAgentIsSilentIsNot() {
    String vm = Instances.vm("ACTIVE", "", Instances.twoVolumes());
    BackupException e =
        refusedFor(vm.replace("\"installed\":true,\"running\":true", "\"installed\":false"));
    assertEquals(ErrorCode.GUEST_AGENT_MISSING, e.code());
    Instances.told(cloud, vm.replace("\"running\":true", "\"running\":false"));
    assertEquals("stopped", judged().vm().getGuestTools());
  }

  @Test
  @Tag("HIK-06")
  void disksThatAreNotOnCephAreRefusedByName() {
    String volumes = Instances.twoVolumes().replaceFirst("\"ceph\"", "\"local\"");
    BackupException e = refusedFor(Instances.vm("ACTIVE", "", volumes));
    assertEquals(ErrorCode.DISK_FORMAT_UNSUPPORTED, e.code());
    assertEquals("vdb", e.parameters().get("disk"));
    assertEquals(List.of(), ceph.asked);
  }

  @Test
  void aVmWithoutDisksIsRefused() {
    assertEquals(ErrorCode.VM_HAS_NO_DISK, refusedFor(Instances.vm("ACTIVE", "", "")).code());
  }

  @Test
  @Tag("RES-03")
  void disksInAPoolThatIsNotRegisteredAreRefusedByName() {
    Instances.of(cloud, "ACTIVE");
    CephStorageAccess other = CephStorageAccess.newBuilder().setPool("rbd").build();
    PlatformConnection platform =
        ScriptedCloud.connect(ceph, cloud.access().setCephStorages(0, other).build());
    BackupException e = assertThrows(BackupException.class, () -> judged(platform));
    assertEquals(ErrorCode.CEPH_STORAGE_UNREGISTERED, e.code());
    assertEquals(ScriptedCloud.POOL, e.parameters().get("pool"));
  }

  private void judgedWith(CephStorageAccess.Builder storage) {
    storage.setPool(ScriptedCloud.POOL);
    judged(ScriptedCloud.connect(ceph, cloud.access().setCephStorages(0, storage).build()));
  }

  @Test
  @Tag("RES-03")
  void imagesAreFoundByTheTemplates() {
    Instances.of(cloud, "ACTIVE");
    judged();
    assertTrue(ceph.asked.contains("image " + ScriptedCloud.POOL + "/vm-1_disk"), ceph.asked + "");
    assertTrue(ceph.asked.contains("image " + ScriptedCloud.POOL + "/vol-2"), ceph.asked + "");
    ceph.with("volume-vol-2", ScriptedCeph.State.plain("c"))
        .with("i-vm-1", ScriptedCeph.State.plain("d"))
        .asked
        .clear();
    judgedWith(
        CephStorageAccess.newBuilder()
            .setVolumeTemplate("volume-{volume_id}")
            .setInstanceTemplate("i-{instance_id}"));
    assertTrue(ceph.asked.contains("image " + ScriptedCloud.POOL + "/i-vm-1"), ceph.asked + "");
    assertTrue(ceph.asked.contains("image " + ScriptedCloud.POOL + "/volume-vol-2"));
  }

  @Test
  @Tag("RES-03")
  void aBootableVolumeOfItsOwnIsNotTakenForTheDiskThatCameWithTheVm() {
    Instances.of(cloud, "ACTIVE");
    ceph.with(Instances.ROOT, new ScriptedCeph.State("own", 1 << 20, "", 0));
    assertEquals(1 << 20, judged().disks().get(0).disk().getSizeBytes());
  }

  @Test
  @Tag("RES-03")
  void templatesThatDoNotFitWhatThePlatformTellsAreRefused() {
    String volumes = Instances.volume(Instances.SECOND, "vdb", ",\"rbdName\":\"volume-vol-2\"");
    Instances.told(cloud, Instances.vm("ACTIVE", "", volumes));
    BackupException e = refused();
    assertEquals(ErrorCode.IMAGE_NAME_MISMATCH, e.code());
    assertEquals("volume-vol-2", e.parameters().get("actual"));
    assertEquals("vol-2", e.parameters().get("expected"));
    ceph.with("volume-vol-2", ScriptedCeph.State.plain("c"));
    judgedWith(CephStorageAccess.newBuilder().setVolumeTemplate("volume-{volume_id}"));
  }

  @Test
  void anImageThatIsGoneIsToldByName() {
    Instances.of(cloud, "ACTIVE");
    ceph.without(Instances.SECOND);
    assertEquals(ErrorCode.RBD_IMAGE_MISSING, refused().code());
  }
}
