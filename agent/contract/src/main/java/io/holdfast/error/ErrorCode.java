package io.holdfast.error;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every error of the product, with the number that crosses the wire and stands in logs. Numbers are
 * never reused. The message is in {@code messages.properties} (English) and {@code
 * messages_zh.properties} under the constant's name; its {@code {parameters}} are named. This enum
 * and the bundles are the only list.
 *
 * <p>Ranges: 1000 general, 2000 platform, 3000 disk source, 4000 pool, 5000 agent, 6000 server,
 * 7000 run.
 */
public enum ErrorCode {
  INTERNAL_ERROR(1000, ErrorKind.INTERNAL),
  INVALID_VALUE(1001, ErrorKind.USER),
  VALUE_OUT_OF_RANGE(1002, ErrorKind.USER),
  NOT_FOUND(1003, ErrorKind.NOT_FOUND),
  ALREADY_EXISTS(1004, ErrorKind.CONFLICT),
  FORBIDDEN(1005, ErrorKind.FORBIDDEN),
  FIELD_MISSING(1006, ErrorKind.USER),
  CAPTCHA_WRONG(1007, ErrorKind.USER),
  IO_FAILURE(1008, ErrorKind.RESOURCE),
  INTERRUPTED(1009, ErrorKind.TRANSIENT),

  PLATFORM_NAME_UNRESOLVED(2000, ErrorKind.CONFIGURATION),
  PLATFORM_UNREACHABLE(2001, ErrorKind.TRANSIENT),
  PLATFORM_LOGIN_REFUSED(2002, ErrorKind.CONFIGURATION),
  PLATFORM_ERROR(2003, ErrorKind.CONFIGURATION),
  PLATFORM_BUSY(2004, ErrorKind.TRANSIENT),
  PLATFORM_REPLY_UNREADABLE(2005, ErrorKind.TRANSIENT),
  PLATFORM_TASK_FAILED(2006, ErrorKind.CONFIGURATION),
  PLATFORM_TASK_TIMEOUT(2007, ErrorKind.AMBIGUOUS),
  PLATFORM_VERSION_UNSUPPORTED(2008, ErrorKind.CONFIGURATION),
  PLATFORM_KIND_UNKNOWN(2009, ErrorKind.USER),
  VM_NOT_FOUND(2010, ErrorKind.NOT_FOUND),
  VM_REPLACED(2011, ErrorKind.CONFLICT),
  VM_STATE_REFUSED(2012, ErrorKind.CONFLICT),
  VM_HAS_NO_DISK(2013, ErrorKind.CONFIGURATION),
  SNAPSHOT_UNSUPPORTED(2014, ErrorKind.CONFIGURATION),
  SNAPSHOT_LOST(2015, ErrorKind.CONFLICT),
  TRACKING_LOST(2016, ErrorKind.CONFLICT),
  VALID_DATA_UNAVAILABLE(2017, ErrorKind.CONFIGURATION),
  CHANGED_AREAS_INVALID(2018, ErrorKind.CORRUPT),
  VM_NAME_TAKEN(2019, ErrorKind.CONFLICT),
  TARGET_HOST_UNKNOWN(2020, ErrorKind.NOT_FOUND),
  TARGET_STORAGE_UNKNOWN(2021, ErrorKind.NOT_FOUND),
  TARGET_STORAGE_FULL(2022, ErrorKind.RESOURCE),
  TARGET_DISK_MISMATCH(2023, ErrorKind.CONFLICT),
  SHUTDOWN_REFUSED(2024, ErrorKind.CONFLICT),
  NETWORK_PROFILE_MISSING(2025, ErrorKind.CONFIGURATION),
  DISK_FORMAT_UNSUPPORTED(2026, ErrorKind.CONFIGURATION),
  PLATFORM_CERTIFICATE_REFUSED(2027, ErrorKind.CONFIGURATION),

  DATA_PORT_UNREACHABLE(3000, ErrorKind.TRANSIENT),
  DISK_READ_FAILED(3001, ErrorKind.TRANSIENT),
  DISK_WRITE_FAILED(3002, ErrorKind.TRANSIENT),
  DISK_SHORT_READ(3003, ErrorKind.TRANSIENT),
  DISK_SIZE_CHANGED(3004, ErrorKind.CONFLICT),
  NATIVE_LIBRARY_MISSING(3005, ErrorKind.CONFIGURATION),
  NATIVE_CALL_FAILED(3006, ErrorKind.TRANSIENT),
  NBD_PROTOCOL_VIOLATION(3007, ErrorKind.TRANSIENT),
  DISK_RANGE_INVALID(3008, ErrorKind.INTERNAL),
  DISK_OPEN_REFUSED(3009, ErrorKind.CONFIGURATION),
  TARGET_SPACE_EXHAUSTED(3010, ErrorKind.RESOURCE),

  POOL_NOT_FOUND(4000, ErrorKind.CONFIGURATION),
  POOL_EXISTS(4001, ErrorKind.CONFLICT),
  POOL_ID_MISMATCH(4002, ErrorKind.CONFIGURATION),
  POOL_IN_USE(4003, ErrorKind.CONFLICT),
  POOL_FULL(4004, ErrorKind.RESOURCE),
  POOL_WRITE_FAILED(4005, ErrorKind.RESOURCE),
  POOL_READ_FAILED(4006, ErrorKind.RESOURCE),
  FORMAT_CORRUPT(4007, ErrorKind.CORRUPT),
  FORMAT_TOO_NEW(4008, ErrorKind.CONFIGURATION),
  FORMAT_TOO_OLD(4009, ErrorKind.CONFIGURATION),
  CHUNK_MISSING(4010, ErrorKind.CORRUPT),
  CHUNK_CORRUPT(4011, ErrorKind.CORRUPT),
  RESTORE_POINT_NOT_FOUND(4012, ErrorKind.NOT_FOUND),
  SESSION_NOT_OPEN(4013, ErrorKind.TRANSIENT),
  SESSION_INCOMPLETE(4014, ErrorKind.INTERNAL),
  SESSION_PLAN_CONFLICT(4015, ErrorKind.CONFLICT),
  POOL_FOLDER_NOT_EMPTY(4016, ErrorKind.CONFLICT),
  RESTORED_DATA_MISMATCH(4017, ErrorKind.CORRUPT),
  POOL_ELSEWHERE(4018, ErrorKind.CONFIGURATION),

  AGENT_UNREACHABLE(5000, ErrorKind.TRANSIENT),
  AGENT_UNKNOWN(5001, ErrorKind.NOT_FOUND),
  ACCESS_KEY_REFUSED(5002, ErrorKind.FORBIDDEN),
  SERVER_IDENTITY_WRONG(5003, ErrorKind.CONFIGURATION),
  AGENT_VERSION_UNSUPPORTED(5004, ErrorKind.CONFIGURATION),
  AGENT_TIMEOUT(5005, ErrorKind.AMBIGUOUS),
  AGENT_MODULE_MISSING(5006, ErrorKind.CONFIGURATION),
  SERVER_UNREACHABLE(5007, ErrorKind.TRANSIENT),
  AGENT_BUSY(5008, ErrorKind.TRANSIENT),

  RESOURCE_IN_USE(6000, ErrorKind.CONFLICT),
  LOGIN_FAILED(6001, ErrorKind.FORBIDDEN),
  PASSWORD_CHANGE_REQUIRED(6002, ErrorKind.FORBIDDEN),
  PASSWORD_TOO_WEAK(6003, ErrorKind.USER),
  DATABASE_FULL(6004, ErrorKind.RESOURCE),
  SECRET_UNREADABLE(6005, ErrorKind.CONFIGURATION),
  SERVER_NAME_UNRESOLVED(6006, ErrorKind.CONFIGURATION),

  JOB_RUNNING(7000, ErrorKind.CONFLICT),
  JOB_DISABLED(7001, ErrorKind.CONFLICT),
  JOB_HAS_NO_VM(7002, ErrorKind.USER),
  RUN_NOT_ACTIVE(7003, ErrorKind.CONFLICT),
  RECONNECT_TIME_EXCEEDED(7004, ErrorKind.RESOURCE),
  STOPPED_BY_USER(7005, ErrorKind.USER),
  TARGET_BUSY(7006, ErrorKind.CONFLICT),
  RUN_NEVER_STARTED(7007, ErrorKind.RESOURCE);

  private static final Map<Integer, ErrorCode> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(ErrorCode::number, Function.identity()));

  private final int number;
  private final ErrorKind kind;

  ErrorCode(int number, ErrorKind kind) {
    this.number = number;
    this.kind = kind;
  }

  /** The stable number, as on the wire and in REST's {@code code}. */
  public int number() {
    return number;
  }

  /** Who can do something about it. */
  public ErrorKind kind() {
    return kind;
  }

  /**
   * The code of a number from the wire; an unknown one (a newer peer) reads as {@link
   * #INTERNAL_ERROR}.
   */
  public static ErrorCode ofNumber(int number) {
    return BY_NUMBER.getOrDefault(number, INTERNAL_ERROR);
  }
}
