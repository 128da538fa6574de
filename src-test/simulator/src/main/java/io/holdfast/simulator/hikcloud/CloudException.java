package io.holdfast.simulator.hikcloud;

/** A refusal as the platform says it: an HTTP status, a code and a sentence. */
public final class CloudException extends RuntimeException {
  private final int status;
  private final String code;

  CloudException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static CloudException missing(String what, String id) {
    return new CloudException(404, "HEC-40401", what + "不存在：" + id);
  }

  static CloudException state(String message) {
    return new CloudException(409, "HEC-40901", message);
  }

  static CloudException invalid(String message) {
    return new CloudException(400, "HEC-40001", message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
