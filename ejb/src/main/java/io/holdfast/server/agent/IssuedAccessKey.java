package io.holdfast.server.agent;

/**
 * A fresh access key; the only time its text is seen.
 *
 * @param id to revoke it by
 * @param text {@code hf1.<key id>.<secret>.<CA fingerprint>}, to give to the agent
 */
public record IssuedAccessKey(String id, String text) {
  @Override
  public String toString() {
    return "IssuedAccessKey[" + id + "]";
  }
}
