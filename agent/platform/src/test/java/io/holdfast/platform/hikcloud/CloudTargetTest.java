package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.RbdImage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that a restore writes, and the VM around them. */
@Tag("HIK-04")
class CloudTargetTest {

  private final ScriptedCloud cloud = new ScriptedCloud();
  private final PlatformConnection platform = cloud.connect(Instances.images());

  @AfterEach
  void stop() {
    cloud.close();
  }

  private DiskEndpoint writable() {
    return platform.writableDisk(
        Instances.VM, Instances.SECOND, DataPlaneOptions.getDefaultInstance(), 2);
  }

  private static BackupException refused(Runnable call) {
    return assertThrows(BackupException.class, call::run);
  }

  @Test
  void aDiskOfAVmThatIsOffIsWrittenInItsLiveImage() {
    Instances.of(cloud, "SHUTOFF");
    DiskEndpoint disk = writable();
    assertEquals(ScriptedCloud.POOL + "/vol-2", ((RbdImage) disk.object()).path());
    assertEquals(4 << 20, disk.bufferBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ACTIVE", "PAUSED", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED", "ERROR"})
  void noDiskIsWrittenInAnyOtherState(String status) {
    Instances.of(cloud, status);
    BackupException e = refused(this::writable);
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    assertEquals("门户", e.parameters().get("vm"));
  }

  @Test
  @Tag("HIK-06")
  void aDiskThatIsNotOnCephIsNotWritten() {
    String volumes = Instances.twoVolumes().replaceFirst("\"ceph\"", "\"local\"");
    Instances.told(cloud, Instances.vm("SHUTOFF", "", volumes));
    assertEquals(ErrorCode.DISK_FORMAT_UNSUPPORTED, refused(this::writable).code());
  }

  @Test
  void nothingIsMadeOrDeletedOnThePlatform() {
    Instances.of(cloud, "SHUTOFF");
    NewDisk disk = new NewDisk("k", "v", "p", 1, "raw", "", "virtio", "vdc");
    assertDoesNotThrow(() -> platform.requireCreatable("h1", "门户", List.of()));
    for (Runnable call :
        List.<Runnable>of(
            () -> platform.requireCreatable("h1", "门户", List.of(disk)),
            () -> platform.createDisk(Instances.VM, disk),
            () -> platform.removeDisk(Instances.VM, Instances.ROOT, true),
            () -> platform.deleteVm(Instances.VM, true))) {
      assertEquals(ErrorCode.PLATFORM_CANNOT, refused(call).code());
    }
    assertEquals(0, cloud.calls().size());
  }

  @Test
  @Tag("HIK-06")
  void aVmIsStartedAndOneThatRunsIsLeftAlone() {
    Instances.of(cloud, "SHUTOFF").on(Instances.START, "{\"taskId\":\"t\"}");
    cloud.on("GET /tasks/t", "{\"status\":\"success\"}");
    platform.start(Instances.VM);
    assertEquals(1, cloud.count(Instances.START));
    Instances.of(cloud, "ACTIVE");
    platform.start(Instances.VM);
    assertEquals(1, cloud.count(Instances.START));
    Instances.of(cloud, "SHELVED")
        .now(Instances.START, ScriptedCloud.refusal(409, "HEC-40901", "状态"));
    assertEquals(ErrorCode.VM_STATE_REFUSED, refused(() -> platform.start(Instances.VM)).code());
  }

  @Test
  void aGuestThatDoesNotGoOffIsLeftRunning() {
    Instances.of(cloud, "ACTIVE").on(Instances.STOP, "{\"taskId\":\"t\"}");
    assertEquals(
        ErrorCode.SHUTDOWN_REFUSED, refused(() -> platform.shutDown(Instances.VM, 0)).code());
    assertTrue(cloud.bodyOf(Instances.STOP).has("force"));
    assertEquals(false, cloud.bodyOf(Instances.STOP).get("force").asBoolean());
    cloud.now(
        Instances.STOP,
        ScriptedCloud.after(() -> Instances.of(cloud, "SHUTOFF"), ScriptedCloud.data("{}")));
    platform.shutDown(Instances.VM, 5);
    Instances.of(cloud, "PAUSED");
    assertEquals(
        ErrorCode.VM_STATE_REFUSED, refused(() -> platform.shutDown(Instances.VM, 5)).code());
  }
}
