package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.platform.hikcloud.ScriptedCeph.State;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.toolkit.ChineseCauses;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every refusal of the driver reads in Chinese from end to end: no word of English but the names of
 * things and what the platform itself said, which is quoted. One test, as it asks at its end
 * whether each reason that the driver can give was heard.
 */
@Tag("HIK-02")
@Tag("HIK-04")
class CloudCausesInChineseTest {
  private static final String NAME = "holdfast-1";
  private static final String IMAGE = "vm-1_disk";

  /** Terms, the platform's own words for states, and the names of this test. */
  private static final String NAMES =
      "QEMU|Guest|Agent|Ceph|etc|ceph|conf|HTTP|POST|snapshots|T[0-9]+|JSON|ID|ERROR|BUILD|resize_prep|HEC-[0-9]+|r-7|raw|local"
          + "|vd[ab]|vm-[19]|vol-(root|[29])|h9|eefc3-31c0-4920-a4b6-84fea4361d00|holdfast-1";

  private static final RequestTimings QUICK =
      new RequestTimings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          1,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofSeconds(20),
          Duration.ofMillis(1),
          Duration.ofMillis(20));

  private final ChineseCauses told = new ChineseCauses(NAMES);
  private ScriptedCloud cloud;
  private ScriptedCeph ceph;
  private Instances.Book book;
  private HikCloudDriver driver;
  private PlatformConnection platform;

  /** A platform without snapshots, whose VM runs. */
  @BeforeEach
  void begin() {
    stop();
    cloud = new ScriptedCloud();
    ceph = Instances.images();
    Instances.of(cloud, "ACTIVE");
    book = new Instances.Book(cloud, ceph);
    driver = new HikCloudDriver(Clock.systemUTC(), ceph, QUICK);
    platform = driver.connect(cloud.access().build());
  }

  @AfterEach
  void stop() {
    if (cloud != null) {
      cloud.close();
    }
  }

  private void refused(Runnable call) {
    told.hear(assertThrows(BackupException.class, call::run));
  }

  private void judgedAs(String vm) {
    Instances.told(cloud, vm);
    refused(() -> platform.eligibility(Instances.VM, SnapshotType.SNAPSHOT_ADAPTIVE));
  }

  private VmSnapshot snapshot(String name) {
    return platform.createSnapshot(Instances.VM, name, SnapshotType.SNAPSHOT_EXTERNAL);
  }

  private FrozenSnapshot frozen(List<String> begun) {
    return platform.createFrozenSnapshot(
        Instances.VM, NAME, SnapshotType.SNAPSHOT_EXTERNAL, begun::add);
  }

  @Test
  void everyRefusalAndEveryReason() throws IOException {
    whatStandsAgainstABackup();
    whatStandsAgainstARestore();
    whatThePlatformCannot();
    whatBecomesOfSnapshots();
    whatBecomesOfFreezing();
    whatBecomesOfStartingAndShuttingDown();
    whyChangesAreLost();
    told.assertChinese(30);
    told.assertEveryReasonOf("src/main/java/io/holdfast/platform/hikcloud");
  }

  private void whatStandsAgainstABackup() {
    for (String status : List.of("SHELVED", "SHELVED_OFFLOADED", "ERROR", "BUILD")) {
      judgedAs(Instances.vm(status, "", Instances.twoVolumes()));
    }
    String vm = Instances.vm("ACTIVE", "", Instances.twoVolumes());
    judgedAs(vm.replace("\"taskState\":\"\"", "\"taskState\":\"resize_prep\""));
    judgedAs(vm.replace("\"installed\":true", "\"installed\":false"));
    judgedAs(vm.replaceFirst("\"ceph\"", "\"local\""));
    judgedAs(Instances.vm("ACTIVE", "", ""));
    judgedAs(vm.replace(ScriptedCloud.POOL, "vol-9"));
    judgedAs(
        Instances.vm(
            "ACTIVE", "", Instances.volume(Instances.SECOND, "vdb", ",\"rbdName\":\"vm-1\"")));
    Instances.of(cloud, "PAUSED");
    platform
        .eligibility(Instances.VM, SnapshotType.SNAPSHOT_ADAPTIVE)
        .notices()
        .forEach(each -> told.hear(each.getCode(), each.getParametersMap()));
    refused(() -> platform.describeVm("vm-9"));
    refused(() -> platform.hostResources("h9"));
    cloud.on("GET /version", "{}").on("GET /storages", "[]");
    refused(platform::test);
    CephStorageAccess gone = CephStorageAccess.newBuilder().setPool("vol-9").build();
    refused(driver.connect(cloud.access().setCephStorages(0, gone).build())::test);
    cloud.now("GET /version", ScriptedCloud.raw(200, "<html>"));
    refused(platform::test);
    cloud.now("GET /version", ScriptedCloud.raw(404, ""));
    refused(platform::test);
    cloud.now("GET /version", ScriptedCloud.refusal(403, "HEC-40301", ""));
    refused(platform::test);
  }

  private void whatStandsAgainstARestore() {
    for (String status : List.of("PAUSED", "SUSPENDED", "ACTIVE", "SHELVED")) {
      Instances.of(cloud, status);
      refused(
          () ->
              platform.writableDisk(
                  Instances.VM, Instances.SECOND, DataPlaneOptions.getDefaultInstance(), 1));
    }
    Instances.told(
        cloud,
        Instances.vm("ACTIVE", "", Instances.twoVolumes())
            .replace("\"running\":true", "\"running\":false"));
    refused(() -> platform.requireSafetySnapshot(platform.describeVm(Instances.VM)));
    Instances.of(cloud, "SHUTOFF");
    refused(
        () ->
            platform.writableDisk(Instances.VM, "vol-9", DataPlaneOptions.getDefaultInstance(), 1));
  }

  private void whatThePlatformCannot() {
    VmDescription like = VmDescription.getDefaultInstance();
    NewDisk disk = new NewDisk("k", "vol-2", "p", 1, "raw", "", "virtio", "vdb");
    refused(() -> platform.requireCreatable("h1", "门户", List.of(disk)));
    refused(() -> platform.createDisk(Instances.VM, disk));
    refused(() -> platform.removeDisk(Instances.VM, Instances.ROOT, true));
    refused(() -> platform.deleteVm(Instances.VM, true));
    refused(() -> platform.createVm(new NewVm("门户", "h1", like, List.of(), List.of(), true, "")));
  }

  private void whatBecomesOfSnapshots() {
    begin();
    for (ScriptedCloud.Answer answer :
        List.of(
            ScriptedCloud.refusal(409, "HEC-40990", "storage pool is full"),
            ScriptedCloud.refusal(409, "HEC-40990", ""),
            ScriptedCloud.refusal(409, "HEC-40901", "VM is busy"),
            ScriptedCloud.refusal(429, "HEC-42901", "too many requests"),
            ScriptedCloud.raw(503, ""),
            ScriptedCloud.drop(),
            ScriptedCloud.data("{}"),
            ScriptedCloud.data("{\"taskId\":\"t-failed\"}"),
            ScriptedCloud.data("{\"taskId\":\"t-silent\"}"),
            ScriptedCloud.data("{\"taskId\":\"t-gone\"}"),
            ScriptedCloud.data("{\"taskId\":\"t-slow\"}"))) {
      cloud.now(Instances.TAKE, answer);
      cloud.now("GET /tasks/t-failed", "{\"status\":\"failed\",\"errorMsg\":\"no space left\"}");
      cloud.now("GET /tasks/t-silent", "{\"status\":\"failed\"}");
      cloud.now("GET /tasks/t-slow", "{\"status\":\"running\",\"progress\":\"40\"}");
      refused(() -> snapshot(NAME));
    }
    begin();
    SnapshotKeeper keeper = driver.snapshots(cloud.access().build());
    SnapshotKeeper.Wanted wanted =
        new SnapshotKeeper.Wanted("before", "", "", "", 0, SnapshotType.SNAPSHOT_ADAPTIVE);
    keeper.create(Instances.VM, wanted);
    refused(() -> keeper.revert(Instances.VM, "before"));
    Instances.of(cloud, "SHUTOFF");
    cloud.now("POST /snapshots/s1/rollback", ScriptedCloud.refusal(409, "HEC-40990", "not now"));
    refused(() -> keeper.revert(Instances.VM, "before"));
    snapshot(NAME);
    refused(() -> keeper.revert(Instances.VM, "before"));
    for (String call : List.of("PUT /snapshots/s3", "DELETE /snapshots/s3")) {
      cloud.now(call, ScriptedCloud.refusal(409, "HEC-40921", "protected"));
    }
    refused(() -> platform.removeSnapshot(Instances.VM, NAME));
    refused(() -> platform.dropTrackingMarks(Instances.VM, List.of("s3", "s4")));
    keeper.close();
    begin();
    Instances.of(cloud, "SHUTOFF");
    int[] looks = {0};
    cloud.now(
        "GET /snapshots",
        (exchange, body) -> {
          boolean listed = !book.snapshots.isEmpty() && looks[0]++ == 0;
          ScriptedCloud.data(listed ? book.snapshots.toString() : "[]").send(exchange, body);
        });
    refused(() -> driver.snapshots(cloud.access().build()).create(Instances.VM, wanted));
  }

  private void whatBecomesOfFreezing() {
    begin();
    for (String code : List.of("HEC-40901", "HEC-40001")) {
      cloud.now(Instances.FREEZE, ScriptedCloud.refusal(409, code, "no"));
      refused(() -> frozen(new ArrayList<>()));
    }
    cloud.now(Instances.FREEZE, "{}");
    List<String> begun = new ArrayList<>();
    cloud.now(
        Instances.TAKE,
        (exchange, body) -> {
          platform.thaw(Instances.VM, begun.get(0));
          book.create(exchange, body);
        });
    refused(() -> frozen(begun));
    begin();
    cloud.now(Instances.THAW, ScriptedCloud.refusal(400, "HEC-40001", "no"));
    refused(() -> platform.thaw(Instances.VM, "x"));
    refused(() -> frozen(new ArrayList<>()));
  }

  private void whatBecomesOfStartingAndShuttingDown() {
    begin();
    cloud.on(Instances.STOP, "{}");
    refused(() -> platform.shutDown(Instances.VM, 0));
    cloud.now(Instances.STOP, ScriptedCloud.refusal(500, "HEC-50000", "no"));
    refused(() -> platform.shutDown(Instances.VM, 5));
    Instances.of(cloud, "SUSPENDED")
        .now(Instances.START, ScriptedCloud.refusal(409, "HEC-40901", "no"));
    refused(() -> platform.shutDown(Instances.VM, 5));
    refused(() -> platform.start(Instances.VM));
    cloud.now(Instances.START, ScriptedCloud.refusal(500, "HEC-50000", "no"));
    refused(() -> platform.start(Instances.VM));
  }

  private void whyChangesAreLost() {
    begin();
    VmSnapshot now =
        new VmSnapshot(
            Instances.VM,
            "holdfast-2",
            SnapshotType.SNAPSHOT_EXTERNAL,
            Instant.EPOCH,
            "",
            "",
            Map.of(Instances.ROOT, "s2@aaa"),
            Map.of(Instances.ROOT, "vda"));
    State plain = State.plain("aaa");
    ceph.with(IMAGE, plain).without(IMAGE + "@s1").without(IMAGE + "@s2");
    ceph.with(IMAGE + "@s2", plain);
    refused(() -> platform.changedAreas(now, Instances.ROOT, "s1@aaa"));
    refused(() -> platform.changedAreas(now, Instances.ROOT, "s1@bbb"));
    ceph.with(IMAGE + "@s1", plain);
    refused(() -> platform.changedAreas(now, Instances.ROOT, "s1@aaa"));
    ceph.without(IMAGE + "@s2").with(IMAGE + "@s2", new State("aaa", 512, "", 0));
    refused(() -> platform.changedAreas(now, Instances.ROOT, "s1@aaa"));
    ceph.with(IMAGE + "@s2", new State("aaa", ScriptedCeph.SIZE, "p/i@s", 1));
    refused(() -> platform.changedAreas(now, Instances.ROOT, "s1@aaa"));
    ceph.with(IMAGE + "@s2", new State("aaa", ScriptedCeph.SIZE, "", 1));
    refused(() -> platform.changedAreas(now, Instances.ROOT, "s1@aaa"));
    refused(() -> platform.changedAreas(now, Instances.SECOND, "s1@aaa"));
  }
}
