package io.holdfast.server.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import java.security.Principal;
import java.util.function.Supplier;

/**
 * Who asks on this thread: a caller set by {@link #call}, else the principal the container
 * authenticated (console login or bearer token), else nobody. Roles are read from the database each
 * time, so a change holds from the next request. Thread-safe.
 */
@ApplicationScoped
public class CurrentCaller {
  private static final ThreadLocal<Caller> ACTING = new ThreadLocal<>();

  @Inject SecurityContext securityContext;
  @Inject CallerAddress address;
  @Inject UserRepository users;

  /** The caller on this thread; never null. */
  public Caller get() {
    Caller acting = ACTING.get();
    if (acting != null) {
      return acting;
    }
    String source = source();
    Principal principal = principal();
    if (principal == null) {
      return Caller.anonymous(source);
    }
    return users
        .byName(principal.getName())
        .filter(User::enabled)
        .map(user -> Caller.of(user, source))
        .orElseGet(() -> Caller.anonymous(source));
  }

  /**
   * Runs {@code work} as {@code caller} on this thread: {@link Caller#server()} for timers and
   * recovery, the user of a run for what it does in its name.
   */
  public <T> T call(Caller caller, Supplier<T> work) {
    Caller before = ACTING.get();
    ACTING.set(caller);
    try {
      return work.get();
    } finally {
      if (before == null) {
        ACTING.remove();
      } else {
        ACTING.set(before);
      }
    }
  }

  /** As {@link #call} without a result. */
  public void run(Caller caller, Runnable work) {
    call(
        caller,
        () -> {
          work.run();
          return null;
        });
  }

  private Principal principal() {
    try {
      Principal principal = securityContext.getCallerPrincipal();
      return principal == null || "anonymous".equals(principal.getName()) ? null : principal;
    } catch (IllegalStateException outsideARequest) {
      return null;
    }
  }

  private String source() {
    try {
      return address.get();
    } catch (ContextNotActiveException outsideARequest) {
      return "server";
    }
  }
}
