package io.holdfast.web.console.login;

import io.holdfast.server.security.CallerAddress;
import jakarta.inject.Inject;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Tells who asks from where, before anything else of the request runs, for logins and the audit
 * log.
 */
@WebListener
public class CallerAddressListener implements ServletRequestListener {
  @Inject private CallerAddress address;

  @Override
  public void requestInitialized(ServletRequestEvent event) {
    address.set(event.getServletRequest().getRemoteAddr());
  }
}
