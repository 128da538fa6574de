package io.holdfast.source.rbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.Extent;
import io.holdfast.source.rbd.jna.CephError;
import io.holdfast.source.rbd.jna.CephLibraries.Version;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.RbdImage;
import io.holdfast.toolkit.ChineseCauses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no cluster: errors, versions, ranges. */
@Tag("HIK-03")
class RbdMappingTest {
  private static final RbdErrors ERRORS =
      RbdErrors.of(
          new RbdImage(
              CephAccess.of("backup", Path.of("/etc/ceph/ceph.conf")), "pool", "image", "snap"));

  @ParameterizedTest
  @CsvSource({
    "rados_conf_read_file, 2, CEPH_CONFIGURATION_UNREADABLE",
    "rados_connect, 110, CEPH_UNREACHABLE",
    "rados_connect, 2, CEPH_LOGIN_REFUSED",
    "rados_connect, 13, CEPH_LOGIN_REFUSED",
    "rados_ioctx_create, 2, CEPH_POOL_MISSING",
    "rados_ioctx_create, 1, CEPH_LOGIN_REFUSED",
    "rbd_open_read_only, 2, RBD_IMAGE_MISSING",
    "rbd_open, 13, CEPH_LOGIN_REFUSED",
    "rbd_open, 110, CEPH_UNREACHABLE",
    "rbd_lock_acquire, 30, RBD_IMAGE_IN_USE",
    "rbd_diff_iterate2, 108, CEPH_UNREACHABLE",
    "rbd_diff_iterate2, 5, RBD_CALL_FAILED",
  })
  void anErrnoBecomesAnErrorThatNamesWhatItIsAbout(String function, int errno, ErrorCode code) {
    BackupException error = ERRORS.asking(new CephError(function, errno));
    assertEquals(code, error.code());
    for (Locale locale : List.of(Locale.ENGLISH, Locale.CHINESE)) {
      assertTrue(!error.message(locale).contains("?"), error.message(locale));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "110, DISK_READ_FAILED, DISK_WRITE_FAILED",
    "108, DISK_READ_FAILED, DISK_WRITE_FAILED",
    "12, DISK_READ_FAILED, DISK_WRITE_FAILED",
    "5, DISK_MEDIUM_READ_ERROR, DISK_MEDIUM_WRITE_ERROR",
    "28, DISK_MEDIUM_READ_ERROR, TARGET_SPACE_EXHAUSTED",
    "122, DISK_MEDIUM_READ_ERROR, TARGET_SPACE_EXHAUSTED",
  })
  void anErrnoOfATransferSaysWhetherAnotherTryHelps(int errno, ErrorCode read, ErrorCode write) {
    CephError error = new CephError("rbd_aio_read", errno);
    BackupException reading = ERRORS.reading(error, 4096, 512);
    assertEquals(read, reading.code());
    assertTrue(reading.getMessage().contains("pool/image@snap"), reading.getMessage());
    assertTrue(reading.getMessage().contains("rbd_aio_read"), reading.getMessage());
    assertEquals(write, ERRORS.writing(error, 4096, 512).code());
  }

  @Test
  void everyCauseReadsInChineseWithTheSystemsWordsQuoted() throws IOException {
    ChineseCauses told =
        new ChineseCauses(
            "Ceph|ceph|etc|conf|client|backup|OSD|pool|image|snap|rados_[a-z_]+|rbd_[a-z0-9_]+"
                + "|librbd|librados|CVD-SDK|NBD|newstyle|fixed");
    for (String function :
        List.of("rados_conf_read_file", "rados_connect", "rbd_open", "rbd_lock_acquire")) {
      for (int errno : new int[] {1, 2, 5, 16, 28, 108, 110, 200}) {
        CephError error = new CephError(function, errno);
        told.hear(ERRORS.asking(error));
        told.hear(ERRORS.reading(error, 0, 512));
        told.hear(ERRORS.writing(error, 0, 512));
      }
    }
    told.hear(ERRORS.silent("rbd_open", 30));
    told.hear(ERRORS.inUse("10.0.0.1:0/17"));
    told.hear(ERRORS.imageMissing());
    told.hear(ERRORS.snapshotMissing("snap"));
    told.hearEveryReasonOf("src/main/java/io/holdfast/source");
    told.assertChinese(60);
    assertEquals(
        "配置 /etc/ceph/ceph.conf 的 Ceph 集群没有响应：rbd_open 超时（30 秒内没有应答）。请检查其监视器、OSD 及网络。",
        ERRORS.silent("rbd_open", 30).message(Locale.CHINESE));
    assertEquals(
        "写入磁盘 pool/image@snap 偏移 0 处 512 字节失败：rbd_open 失败，错误 “110 (ETIMEDOUT, timed out)”",
        ERRORS.writing(new CephError("rbd_open", 110), 0, 512).message(Locale.CHINESE));
  }

  @Test
  @Tag("AGT-06")
  void anOldLibraryIsRefusedWithBothVersions() {
    CephLibraryFolder.requireNewEnough(new Version(1, 12, 0), "librbd.so");
    BackupException old =
        assertThrows(
            BackupException.class,
            () -> CephLibraryFolder.requireNewEnough(new Version(1, 9, 0), "librbd.so"));
    assertEquals(ErrorCode.CEPH_LIBRARY_TOO_OLD, old.code());
    assertTrue(old.getMessage().contains("1.9.0"), old.getMessage());
  }

  @Test
  void rangesAreJoinedAndCutAtTheDisksEnd() {
    RangeCollector ranges = new RangeCollector();
    ranges.add(0, 100, true);
    ranges.add(100, 50, true);
    ranges.add(150, 10, false);
    ranges.add(190, 100, true);
    ranges.add(400, 100, true);
    assertEquals(
        List.of(Extent.data(0, 150), Extent.zero(150, 10), Extent.data(190, 10)),
        ranges.extents(200).extents());
  }

  @Test
  void whereRangesOverlapDataPrevails() {
    RangeCollector ranges = new RangeCollector();
    ranges.add(100, 100, false);
    ranges.add(150, 20, true);
    ranges.add(0, 110, true);
    ranges.add(190, 30, false);
    assertEquals(
        List.of(
            Extent.data(0, 110), Extent.zero(110, 40), Extent.data(150, 20), Extent.zero(170, 50)),
        ranges.extents(1000).extents());
  }

  @Test
  void spansCloseSmallGaps() {
    RangeCollector ranges = new RangeCollector();
    for (int i = 0; i < 5000; i++) {
      ranges.add(i * 10L, 5, i % 2 == 0);
    }
    ranges.add(100_000, 5, true);
    List<long[]> spans = ranges.spans(1 << 20, 5);
    assertEquals(2, spans.size());
    assertArrayEquals(new long[] {0, 49_995}, spans.get(0));
    assertArrayEquals(new long[] {100_000, 100_005}, spans.get(1));
  }
}
