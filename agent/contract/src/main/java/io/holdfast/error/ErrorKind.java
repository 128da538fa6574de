package io.holdfast.error;

/**
 * Who can do something about an error. The kind alone decides HTTP status, retry and alarm level.
 */
public enum ErrorKind {
  /** The request is wrong; the user can mend it. */
  USER(422),
  /** Not allowed, or not logged in. */
  FORBIDDEN(403),
  /** The named thing does not exist. */
  NOT_FOUND(404),
  /** The thing is in a state that excludes the request. */
  CONFLICT(409),
  /** A platform, host or account is set up in a way that excludes the operation. */
  CONFIGURATION(422),
  /** Space, quota or another limit is used up. */
  RESOURCE(507),
  /** A connection, agent or platform is away for now; the same call may succeed later. */
  TRANSIENT(503),
  /** It may or may not have happened; repeat only with the same operation id. */
  AMBIGUOUS(503),
  /** Stored data does not match its checksum or format. Never retried, never skipped. */
  CORRUPT(500),
  /** A defect of the product. */
  INTERNAL(500);

  private final int httpStatus;

  ErrorKind(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /** The HTTP status REST answers with. */
  public int httpStatus() {
    return httpStatus;
  }
}
