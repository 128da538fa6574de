package io.holdfast.platform.h3ccas.rest;

/**
 * A reply that was understood.
 *
 * @param call method and path it answers
 * @param status HTTP status: 2xx, 404 or 409
 * @param body what came; nothing for an empty body
 * @param errorCode the platform's {@code Error-Code}; 0 when it did not refuse
 * @param errorMessage the platform's words, decoded; empty when it did not refuse
 */
public record CasReply(String call, int status, CasNode body, int errorCode, String errorMessage) {
  /** Whether the platform refused: HTTP 409, or 200 with an error code in the body [P]. */
  public boolean refused() {
    return errorCode != 0;
  }

  /** Whether what was asked for is not there (404: unknown path or message id). */
  public boolean absent() {
    return status == 404;
  }

  /**
   * Whether the same request is worth repeating: busy with another transaction. Words count only
   * where the number says nothing: other refusals quote names, and a VM may be called busybox.
   */
  public boolean busy() {
    return errorCode == PlatformCode.BUSY
        || (errorCode == PlatformCode.UNKNOWN && PlatformCode.soundsBusy(errorMessage));
  }
}
