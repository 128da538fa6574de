package io.holdfast.platform.http;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says in the product's errors why no reply came (RES-01, CAS-10). */
public final class TransportFailure {
  private final String host;
  private final int port;

  public TransportFailure(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /** PLATFORM_NAME_UNRESOLVED when the host name has no address here. */
  public void requireResolved() {
    try {
      InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw BackupException.causedBy(
          e, ErrorCode.PLATFORM_NAME_UNRESOLVED, "agent", ownName(), "address", host);
    }
  }

  /** The exception for a request that got no reply. */
  public BackupException because(Throwable failure) {
    CertificateException certificate = find(failure, CertificateException.class);
    SSLException tls = find(failure, SSLException.class);
    if (certificate != null || tls != null) {
      Throwable words = certificate != null ? certificate : tls;
      return failed(
          ErrorCode.PLATFORM_CERTIFICATE_REFUSED, failure, Reason.words(innermost(words)));
    }
    if (find(failure, ConnectException.class) != null) {
      return failed(ErrorCode.PLATFORM_UNREACHABLE, failure, Reason.of(ReasonCode.NO_CONNECTION));
    }
    if (find(failure, HttpTimeoutException.class) != null
        || find(failure, TimeoutException.class) != null) {
      return failed(
          ErrorCode.PLATFORM_UNREACHABLE, failure, Reason.of(ReasonCode.NO_ANSWER_IN_TIME));
    }
    return failed(
        ErrorCode.PLATFORM_UNREACHABLE,
        failure,
        Reason.of(ReasonCode.CONNECTION_LOST, "words", Reason.words(words(failure))));
  }

  private BackupException failed(ErrorCode code, Throwable cause, String reason) {
    return BackupException.causedBy(cause, code, "address", host, "port", port, "cause", reason);
  }

  private static String ownName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "localhost";
    }
  }

  private static String innermost(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null && at.getCause() != at) {
      at = at.getCause();
    }
    return words(at);
  }

  private static String words(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  private static <T extends Throwable> T find(Throwable failure, Class<T> type) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 16; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }
}
