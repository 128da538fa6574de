package io.holdfast.agent.enrolment;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text a server gives for enrolling agents: {@code hf1.<key id>.<secret>.<fingerprint>} where
 * the fingerprint is the base64url SHA-256 of the server's CA certificate. Its {@link #toString()}
 * shows the key id only. AGT-05.
 */
public final class AccessKey {
  private static final Pattern FORM =
      Pattern.compile("hf1\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]{43})=?");

  private final String text;
  private final String keyId;
  private final String fingerprint;

  private AccessKey(String text, String keyId, String fingerprint) {
    this.text = text;
    this.keyId = keyId;
    this.fingerprint = fingerprint;
  }

  /**
   * Reads an access key.
   *
   * @throws BackupException ACCESS_KEY_REFUSED for anything that is not one; the text is not told
   */
  public static AccessKey parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw BackupException.of(ErrorCode.ACCESS_KEY_REFUSED);
    }
    return new AccessKey(text.strip(), matcher.group(1), matcher.group(3));
  }

  /** The whole text, secret included: for the wire only. */
  String text() {
    return text;
  }

  /** Base64url SHA-256 of the server's CA certificate, without padding. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return "hf1." + keyId + ".…";
  }
}
