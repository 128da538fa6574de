package io.holdfast.server.security;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Refuses to run an open server. A WildFly whose web layer lacks the mapping to the security domain
 * serves constrained pages to anyone and boots cleanly; so the server asks itself for a page of the
 * console without logging in, and stops the process when it gets it.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class SecurityBootCheck {
  private static final System.Logger LOG = System.getLogger(SecurityBootCheck.class.getName());
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long PAUSE_MILLIS = 500;
  private static final int BROKEN_ANSWERS = 5;
  private static final int EXIT_CODE = 3;

  @Resource ManagedScheduledExecutorService scheduler;
  @Inject Clock clock;

  private Instant giveUpAt;
  private ScheduledFuture<?> schedule;
  private int brokenAnswers;

  /** What an anonymous request for a constrained page tells. */
  enum Verdict {
    CLOSED,
    OPEN,
    /** The page's code ran, without a login, and failed for lack of one. */
    BROKEN,
    NOT_YET;

    static Verdict ofStatus(int status) {
      return switch (status) {
        case HttpURLConnection.HTTP_OK -> OPEN;
        case HttpURLConnection.HTTP_MOVED_TEMP,
            HttpURLConnection.HTTP_SEE_OTHER,
            HttpURLConnection.HTTP_UNAUTHORIZED,
            HttpURLConnection.HTTP_FORBIDDEN ->
            CLOSED;
        case HttpURLConnection.HTTP_INTERNAL_ERROR -> BROKEN;
        // The console is deployed after this bean.
        default -> NOT_YET;
      };
    }
  }

  @PostConstruct
  void begin() {
    giveUpAt = clock.instant().plus(PATIENCE);
    schedule =
        scheduler.scheduleWithFixedDelay(
            this::check, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void check() {
    switch (ask()) {
      case CLOSED -> {
        LOG.log(System.Logger.Level.INFO, "Boot check: pages of the console ask for a login");
        schedule.cancel(false);
      }
      case OPEN -> refuse("the console answers without a login");
      case BROKEN -> {
        brokenAnswers++;
        if (brokenAnswers == BROKEN_ANSWERS) {
          refuse("the console does not ask for a login");
        }
      }
      case NOT_YET -> {
        if (clock.instant().isAfter(giveUpAt)) {
          schedule.cancel(false);
          LOG.log(
              System.Logger.Level.ERROR,
              "Boot check: {0} did not answer; whether the console is closed is not known",
              AnonymousRequest.consoleUrl());
        }
      }
    }
  }

  private void refuse(String why) {
    schedule.cancel(false);
    LOG.log(
        System.Logger.Level.ERROR,
        "HOLDFAST REFUSES TO RUN: {0}. The server lacks"
            + " /subsystem=undertow/application-security-domain=other"
            + " (security-domain=ApplicationDomain, integrated-jaspi=false). The server stops.",
        why);
    Runtime.getRuntime().exit(EXIT_CODE);
  }

  private static Verdict ask() {
    try {
      return Verdict.ofStatus(AnonymousRequest.status(AnonymousRequest.consoleUrl()));
    } catch (IOException notListening) {
      return Verdict.NOT_YET;
    }
  }
}
