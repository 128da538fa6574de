package io.holdfast.server.security;

import jakarta.enterprise.context.RequestScoped;

/** Where the present HTTP request came from; a servlet filter of the web module sets it. */
@RequestScoped
public class CallerAddress {
  private String address = "unknown";

  /** Sets the remote address of the request. */
  public void set(String address) {
    this.address = address;
  }

  /** The remote address, or {@code "unknown"}. */
  public String get() {
    return address;
  }
}
