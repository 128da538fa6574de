package io.holdfast.agent.protocol.errors;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * The codec of the trailer {@code holdfast-error-bin}. A failed call carries an {@link
 * ErrorDetail}; the gRPC status follows from the kind of its code. Stateless, thread-safe.
 */
public final class ErrorTrailer {
  /** The trailer's key. */
  public static final Metadata.Key<byte[]> KEY =
      Metadata.Key.of("holdfast-error-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private ErrorTrailer() {}

  /**
   * What the answering end sends: a {@link BackupException} (also when wrapped by a future) with
   * its code and parameters, anything else as INTERNAL_ERROR with the class of the failure only, so
   * that no unchecked text leaves the process.
   */
  public static StatusRuntimeException toStatus(Throwable failure) {
    Throwable real = unwrapped(failure);
    if (real instanceof StatusRuntimeException already) {
      return already;
    }
    BackupException error =
        real instanceof BackupException known
            ? known
            : BackupException.causedBy(
                real, ErrorCode.INTERNAL_ERROR, "what", real.getClass().getSimpleName());
    Metadata trailers = new Metadata();
    trailers.put(
        KEY,
        ErrorDetail.newBuilder()
            .setCode(error.code().number())
            .putAllParameters(error.parameters())
            .build()
            .toByteArray());
    return status(error.kind())
        .withDescription(error.code().name())
        .withCause(error)
        .asRuntimeException(trailers);
  }

  /**
   * What the calling end throws. With the trailer: the peer's error. Without it the failure is the
   * transport's own.
   *
   * @param failure what the call failed with; a {@link BackupException} is returned as it is
   * @param unreachable the code for a peer that cannot be reached: AGENT_UNREACHABLE, or
   *     SERVER_UNREACHABLE when an agent asks
   * @param named parameters of the errors made here, the peer's name and address as the codes'
   *     texts name them
   */
  public static BackupException toException(
      Throwable failure, ErrorCode unreachable, Map<String, String> named) {
    Throwable real = unwrapped(failure);
    if (real instanceof BackupException known) {
      return known;
    }
    byte[] detail = trailer(real);
    if (detail != null) {
      return parsed(detail, named.getOrDefault("agent", ""), real);
    }
    Status status = Status.fromThrowable(real);
    ErrorCode code =
        switch (status.getCode()) {
          case UNAVAILABLE -> unreachable;
          case DEADLINE_EXCEEDED -> ErrorCode.AGENT_TIMEOUT;
          case CANCELLED -> ErrorCode.INTERRUPTED;
          case UNAUTHENTICATED, PERMISSION_DENIED -> ErrorCode.FORBIDDEN;
          default -> ErrorCode.INTERNAL_ERROR;
        };
    Map<String, String> parameters = new LinkedHashMap<>(named);
    parameters.put("cause", Reason.words(described(status)));
    parameters.put("what", described(status));
    return BackupException.of(code, parameters, real);
  }

  /** An agent does not know what it is called; who asked does. */
  private static BackupException parsed(byte[] detail, String agent, Throwable cause) {
    try {
      ErrorDetail error = ErrorDetail.parseFrom(detail);
      Map<String, String> parameters = new LinkedHashMap<>(error.getParametersMap());
      if ("".equals(parameters.get("agent"))) {
        parameters.put("agent", agent);
      }
      return BackupException.of(ErrorCode.ofNumber(error.getCode()), parameters, cause);
    } catch (InvalidProtocolBufferException unreadable) {
      return BackupException.causedBy(
          unreadable, ErrorCode.INTERNAL_ERROR, "what", "unreadable error trailer");
    }
  }

  private static byte[] trailer(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    return trailers == null ? null : trailers.get(KEY);
  }

  private static String described(Status status) {
    String text =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    Throwable cause = status.getCause();
    // The transport says "io exception"; what happened is in the cause.
    return cause == null || cause.getMessage() == null || cause.getMessage().equals(text)
        ? text
        : text + ": " + cause.getMessage();
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable real = failure;
    while ((real instanceof CompletionException || real instanceof ExecutionException)
        && real.getCause() != null) {
      real = real.getCause();
    }
    return real;
  }

  private static Status status(ErrorKind kind) {
    return switch (kind) {
      case TRANSIENT -> Status.UNAVAILABLE;
      case AMBIGUOUS -> Status.UNKNOWN;
      case CORRUPT -> Status.DATA_LOSS;
      case NOT_FOUND -> Status.NOT_FOUND;
      case CONFLICT -> Status.FAILED_PRECONDITION;
      case FORBIDDEN -> Status.PERMISSION_DENIED;
      case RESOURCE -> Status.RESOURCE_EXHAUSTED;
      case USER, CONFIGURATION -> Status.INVALID_ARGUMENT;
      case INTERNAL -> Status.INTERNAL;
    };
  }
}
