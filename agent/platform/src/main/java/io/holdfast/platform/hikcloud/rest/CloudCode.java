package io.holdfast.platform.hikcloud.rest;

/** Codes of refusals [INF], here and nowhere else in the driver. */
public final class CloudCode {
  /** Not refused. */
  public static final String OK = "0";

  /** The signature is wrong. */
  public static final String SIGNATURE = "HEC-40103";

  /** The nonce was used before. */
  public static final String NONCE = "HEC-40104";

  /** The state of the VM does not allow it. */
  public static final String STATE = "HEC-40901";

  /** No guest agent answers. */
  public static final String GUEST_AGENT = "HEC-40902";

  /** A snapshot is protected because a volume was cloned from it. */
  public static final String PROTECTED = "HEC-40921";

  /** What is asked for is not there. */
  static final String MISSING = "HEC-40401";

  /** Too many requests. */
  static final String TOO_MANY = "HEC-42901";

  private CloudCode() {}
}
