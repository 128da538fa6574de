package io.holdfast.server.time;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;

/** Makes {@code @Inject Clock} work: the machine's clock in UTC. */
@ApplicationScoped
public class ClockProducer {

  /** The system clock in UTC. */
  @Produces
  public Clock clock() {
    return Clock.systemUTC();
  }
}
