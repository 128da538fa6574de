package io.holdfast.platform.h3ccas.cvd;

import java.time.Duration;

/**
 * Where and as whom to speak to cvd-ds.
 *
 * @param host data-plane address of the CVK
 * @param port control port, 8192
 * @param user account of the CVM [INF]
 * @param password of it
 * @param timeout of connecting and of each answer
 */
public record CvdAddress(String host, int port, String user, String password, Duration timeout) {
  /** Never shows the password. */
  @Override
  public String toString() {
    return "CvdAddress[" + user + "@" + host + ":" + port + "]";
  }
}
