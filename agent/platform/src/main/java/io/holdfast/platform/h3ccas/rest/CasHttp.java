package io.holdfast.platform.h3ccas.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.error.TransientException;
import io.holdfast.platform.http.BoundedHttp;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.TransportFailure;
import io.holdfast.platform.http.Waiting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to one CVM under one account. Logs in by Digest when it is asked to, once more when the
 * nonce is stale. Every wait is bounded. Thread-safe.
 */
public final class CasHttp {
  private static final Logger LOG = LoggerFactory.getLogger(CasHttp.class);
  private static final String BASE = "/cas/casrs";

  /**
   * A fresh challenge is answered more than once: the HTTP client by itself repeats a GET whose
   * connection broke, with the nonce count that was used up, and is refused for that alone. Few
   * times while the password may be wrong, lest the account be locked.
   */
  private static final int LOGIN_ATTEMPTS = 2;

  private static final int PROVEN_LOGIN_ATTEMPTS = 6;

  private final CasEndpoint endpoint;
  private final DigestLogin login;
  private final BoundedHttp http;
  private volatile boolean proven;

  public CasHttp(
      CasEndpoint endpoint,
      String password,
      HttpClient client,
      RequestTimings timings,
      Waiting waiting) {
    this.endpoint = endpoint;
    this.login = new DigestLogin(endpoint.user(), password);
    TransportFailure failure = new TransportFailure(endpoint.host(), endpoint.port());
    this.http = new BoundedHttp("H3C CAS", failure, client, timings, waiting);
  }

  public CasEndpoint endpoint() {
    return endpoint;
  }

  public RequestTimings timings() {
    return http.timings();
  }

  public Waiting waiting() {
    return http.waiting();
  }

  /** What is underneath. */
  BoundedHttp requests() {
    return http;
  }

  /** Forgets the password; requests after this are refused. */
  public void forget() {
    login.forget();
    proven = false;
  }

  /**
   * Reads. Broken connections, 502…504, unreadable and busy replies are tried again (OPT-15).
   *
   * @throws BackupException what the last attempt met; a refusal is a reply, not an exception
   */
  public CasReply get(CasPath path) {
    Instant end = http.end();
    for (int attempt = 1; ; attempt++) {
      try {
        CasReply reply = send("GET", path, null);
        if (attempt > http.timings().retries() || !reply.busy()) {
          return reply;
        }
      } catch (TransientException e) {
        if (http.givenUp(e, attempt, end)) {
          throw e;
        }
        LOG.debug("Attempt {} of GET {} on {}: {}", attempt, path, endpoint.authority(), e.code());
      }
      http.pause(attempt);
    }
  }

  /**
   * Sends once (a login or stale nonce costs one repetition). After an exception of kind TRANSIENT
   * the request may or may not have reached the platform.
   *
   * @param body JSON, or null for none
   */
  public CasReply send(String method, CasPath path, byte[] body) {
    http.requireResolved();
    String target = BASE + path;
    for (int attempt = 0; ; attempt++) {
      Optional<DigestLogin.Answer> answer = login.answer(method, target);
      HttpResponse<byte[]> response = exchange(method, target, body, answer);
      if (response.statusCode() != 401) {
        proven = proven || answer.isPresent();
        return reply(method, path, response);
      }
      DigestChallenge challenge =
          DigestChallenge.firstOf(response.headers().allValues("WWW-Authenticate"))
              .orElseThrow(() -> loginRefused(Reason.of(ReasonCode.NO_DIGEST_LOGIN)));
      boolean right = proven || (answer.isPresent() && challenge.stale());
      if (attempt >= (right ? PROVEN_LOGIN_ATTEMPTS : LOGIN_ATTEMPTS)) {
        throw answer.isPresent() && challenge.stale()
            ? error(ErrorCode.PLATFORM_BUSY, method, path, Reason.of(ReasonCode.NONCES_STALE))
            : loginRefused(Reason.of(ReasonCode.WRONG_PASSWORD));
      }
      login.challenged(challenge);
    }
  }

  private HttpResponse<byte[]> exchange(
      String method, String target, byte[] body, Optional<DigestLogin.Answer> answer) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + target))
            .timeout(http.timings().reply())
            .header("Accept", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (body != null) {
      request.header("Content-Type", "application/json; charset=UTF-8");
    }
    answer.ifPresent(each -> request.header("Authorization", each.header()));
    return http.exchange(request.build());
  }

  private CasReply reply(String method, CasPath path, HttpResponse<byte[]> response) {
    String call = method + " " + path;
    int status = response.statusCode();
    HttpHeaders headers = response.headers();
    if (status == 409) {
      return refusal(call, headers, CasNode.nothing());
    }
    if (status == 403) {
      throw loginRefused(Reason.of(ReasonCode.NO_RIGHT, "operation", method + " " + path));
    }
    boolean mayPass = status >= 502 && status <= 504;
    if (mayPass || (status == 500 && method.equals("GET"))) { // a read that failed is read again
      throw error(ErrorCode.PLATFORM_BUSY, method, path, "HTTP " + status);
    }
    if (status == 404) {
      return new CasReply(call, 404, CasNode.nothing(), 0, "");
    }
    if (status < 200 || status > 299) {
      throw error(ErrorCode.PLATFORM_ERROR, method, path, "HTTP " + status);
    }
    try {
      CasNode body = CasNode.parse(response.body());
      return body.number("errorCode") == 0
          ? new CasReply(call, status, body, 0, "")
          : refusal(call, headers, body);
    } catch (JsonProcessingException e) {
      throw error(
          ErrorCode.PLATFORM_REPLY_UNREADABLE,
          method,
          path,
          Reason.words(String.valueOf(e.getOriginalMessage())));
    }
  }

  /** [P] The code and the words of a refusal, in headers; some pool calls put them in the body. */
  private static CasReply refusal(String call, HttpHeaders headers, CasNode body) {
    CasNode code =
        body.has("errorCode")
            ? body
            : CasNode.of(Map.of("errorCode", header(headers, "Error-Code")));
    int number = (int) code.number("errorCode");
    String words =
        body.isNothing()
            ? ErrorText.decoded(header(headers, "Error-Message"))
            : body.firstText("message", "failureMessage", "errorMessage");
    return new CasReply(call, 409, body, number == 0 ? PlatformCode.UNKNOWN : number, words);
  }

  private static String header(HttpHeaders headers, String name) {
    return headers.firstValue(name).orElse("");
  }

  private BackupException loginRefused(String reason) {
    return BackupException.of(
        ErrorCode.PLATFORM_LOGIN_REFUSED,
        "address",
        endpoint.authority(),
        "user",
        endpoint.user(),
        "cause",
        reason);
  }

  private BackupException error(ErrorCode code, String method, CasPath path, String detail) {
    return BackupException.of(
        code,
        "address",
        endpoint.authority(),
        "operation",
        method + " " + path,
        "number",
        detail,
        "attempts",
        http.timings().retries() + 1,
        "cause",
        detail);
  }
}
