package io.holdfast.source.cvd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.cvd.jna.CvdError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the SDK's errors another connection can mend. */
@Tag("CAS-10")
class CvdErrorsTest {
  private final CvdErrors errors = new CvdErrors(new DiskFailures("disk", "host", 8192));

  private static CvdError error(int code, int errno) {
    return new CvdError("cvd_pread", code, errno, 0, "words");
  }

  @Test
  void theStoragesOwnErrorEndsAtOnce() {
    assertEquals(
        ErrorCode.DISK_MEDIUM_READ_ERROR, errors.reading(1, 2).of(error(CvdError.IO, 5)).code());
    assertEquals(
        ErrorCode.DISK_MEDIUM_WRITE_ERROR, errors.writing(1, 2).of(error(CvdError.IO, 5)).code());
  }

  @ParameterizedTest
  @ValueSource(ints = {CvdError.LOST, CvdError.PROTOCOL, CvdError.CANCELLED})
  void aLostConnectionIsMadeAgain(int code) {
    assertEquals(ErrorKind.TRANSIENT, errors.reading(1, 2).of(error(code, 104)).kind());
    assertEquals(ErrorKind.TRANSIENT, errors.writing(1, 2).of(error(code, 104)).kind());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 12, 108})
  void aStorageThatIsAwayMayAnswerLater(int errno) {
    assertEquals(ErrorKind.TRANSIENT, errors.reading(1, 2).of(error(CvdError.IO, errno)).kind());
    assertEquals(ErrorKind.TRANSIENT, errors.writing(1, 2).of(error(CvdError.IO, errno)).kind());
  }
}
