package io.holdfast.source;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.source.spi.DiskEndpoint;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the errors of one disk, so that every source names the same things. Immutable.
 *
 * @param disk what messages call the disk: host, port and object
 * @param host address of the data plane; "localhost" for a local file
 * @param port its port; 0 for a local file
 */
public record DiskFailures(String disk, String host, int port) {
  private static final int ENOMEM = 12;
  private static final int ESHUTDOWN = 108;

  /** A read that brought nothing to be trusted; {@code cause} may be null. */
  public BackupException read(long offset, long length, String detail, Throwable cause) {
    return of(ErrorCode.DISK_READ_FAILED, offset, length, detail, cause);
  }

  /** A write, zero or flush that may not have happened; {@code cause} may be null. */
  public BackupException write(long offset, long length, String detail, Throwable cause) {
    return of(ErrorCode.DISK_WRITE_FAILED, offset, length, detail, cause);
  }

  /** The storage itself cannot read the range: another connection would not help. */
  public BackupException mediumRead(long offset, long length, String detail, Throwable cause) {
    return of(ErrorCode.DISK_MEDIUM_READ_ERROR, offset, length, detail, cause);
  }

  /** The storage itself cannot write the range: another connection would not help. */
  public BackupException mediumWrite(long offset, long length, String detail, Throwable cause) {
    return of(ErrorCode.DISK_MEDIUM_WRITE_ERROR, offset, length, detail, cause);
  }

  /**
   * Whether an errno that the storage answered with will be the same next time: not when it is
   * short of memory or shuts down, and not when it is none ({@code 0}).
   */
  public static boolean stays(int errno) {
    return switch (errno) {
      case 0, ENOMEM, ESHUTDOWN -> false;
      default -> true;
    };
  }

  /** Fewer bytes than were asked for. */
  public BackupException shortRead(long offset, long length, long receivedBytes) {
    Map<String, String> parameters = base("");
    parameters.put("offset", String.valueOf(offset));
    parameters.put("length", String.valueOf(length));
    parameters.put("actual", String.valueOf(receivedBytes));
    return BackupException.of(ErrorCode.DISK_SHORT_READ, parameters, null);
  }

  /** The storage behind the disk is full. */
  public BackupException spaceExhausted(long offset, long length, String detail, Throwable cause) {
    return of(ErrorCode.TARGET_SPACE_EXHAUSTED, offset, length, detail, cause);
  }

  /** Nothing answers at host and port; {@code atPort} may differ from the control port. */
  public BackupException unreachable(int atPort, String detail, Throwable cause) {
    Map<String, String> parameters = base(detail);
    parameters.put("port", String.valueOf(atPort));
    return BackupException.of(ErrorCode.DATA_PORT_UNREACHABLE, parameters, cause);
  }

  /** The peer answered and does not let us open the disk. */
  public BackupException openRefused(String peersWords, Throwable cause) {
    return BackupException.of(ErrorCode.DISK_OPEN_REFUSED, base(peersWords), cause);
  }

  /** The peer does not follow the protocol. */
  public BackupException protocolViolation(String detail) {
    return BackupException.of(ErrorCode.NBD_PROTOCOL_VIOLATION, base(detail), null);
  }

  /** Connections to one disk disagree about its size. */
  public BackupException sizeChanged(long expectedBytes, long actualBytes) {
    Map<String, String> parameters = base("");
    parameters.put("expected", String.valueOf(expectedBytes));
    parameters.put("actual", String.valueOf(actualBytes));
    return BackupException.of(ErrorCode.DISK_SIZE_CHANGED, parameters, null);
  }

  /** The range does not lie within the disk, or null when it does. */
  public BackupException invalidRange(long offset, long length, long sizeBytes) {
    if (offset >= 0 && length >= 0 && offset <= sizeBytes && length <= sizeBytes - offset) {
      return null;
    }
    Map<String, String> parameters = base("");
    parameters.put("offset", String.valueOf(offset));
    parameters.put("end", BigInteger.valueOf(offset).add(BigInteger.valueOf(length)).toString());
    parameters.put("size", String.valueOf(sizeBytes));
    return BackupException.of(ErrorCode.DISK_RANGE_INVALID, parameters, null);
  }

  private BackupException of(
      ErrorCode code, long offset, long length, String detail, Throwable cause) {
    Map<String, String> parameters = base(detail);
    parameters.put("offset", String.valueOf(offset));
    parameters.put("length", String.valueOf(length));
    return BackupException.of(code, parameters, cause);
  }

  private Map<String, String> base(String detail) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("disk", disk);
    parameters.put("host", host);
    parameters.put("port", String.valueOf(port));
    parameters.put("cause", detail == null || detail.isBlank() ? "" : Reason.words(detail));
    return parameters;
  }

  /** An endpoint whose object is not of the kind that its transport opens. */
  public static BackupException wrongObject(DiskEndpoint endpoint) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE,
        "field",
        "object",
        "value",
        endpoint.object().getClass().getSimpleName(),
        "expected",
        endpoint.scheme());
  }
}
