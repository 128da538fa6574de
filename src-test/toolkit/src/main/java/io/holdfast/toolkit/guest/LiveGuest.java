package io.holdfast.toolkit.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.toolkit.guest.GuestReport.Span;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A guest of {@link GuestImage} that runs on some platform. One thread. */
public abstract class LiveGuest {
  private static final Duration BOOT_LIMIT = Duration.ofSeconds(120);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long STEP_MILLIS = 200;
  private static final long HOOK_MILLIS = 1000;

  /** What the guest has said since its last start. */
  public abstract GuestReport report();

  /**
   * Asks its agent from outside; what it answered, as JSON.
   *
   * @param arguments JSON
   * @throws RuntimeException when the agent does not answer
   */
  protected abstract String askAgent(String command, String arguments);

  /** Waits until it has booted and checked its disk. */
  public GuestReport checked() {
    return report("a guest that has checked its disk", BOOT_LIMIT, r -> r.files().isPresent());
  }

  /** Waits until it has written so many more files than it had. */
  public GuestReport written(int more) {
    GuestReport now = report();
    int wanted = Math.max(now.durable(), now.files().orElse(0)) + more;
    return report(more + " more files", LIMIT, r -> r.durable() >= wanted);
  }

  private GuestReport report(String what, Duration limit, Predicate<GuestReport> wanted) {
    GuestReport last = await(what, limit, this::report, r -> wanted.test(r) || r.stopped());
    if (!wanted.test(last)) {
      throw new IllegalStateException("the guest gave up: " + last.text());
    }
    return last;
  }

  /** Whether its file systems are frozen, by the word of its own agent. */
  public boolean isFrozen() {
    return askAgent("guest-fsfreeze-status", "{}").contains("\"frozen\"");
  }

  /** Waits until its file systems are frozen, or no longer. */
  public void awaitFrozen(boolean frozen) {
    await(frozen ? "frozen" : "thawed", LIMIT, this::isFrozen, now -> now == frozen);
  }

  /**
   * The last freeze in its own record, when it is over.
   *
   * @param before how many there were before
   */
  public Span thawed(int before) {
    List<Span> freezes =
        await(
            "the guest's record of a thaw",
            LIMIT,
            () -> report().freezes(),
            all -> all.size() > before && all.get(all.size() - 1).isOver());
    return freezes.get(freezes.size() - 1);
  }

  /** In its own record a write waited so long in that time. */
  public void assertHeld(Span freeze, long leastMillis) {
    List<Span> held =
        await("a write that waited", LIMIT, () -> report().held(), all -> !all.isEmpty());
    assertTrue(
        held.stream()
            .anyMatch(
                each ->
                    each.millis() >= leastMillis
                        && each.fromMillis() >= freeze.fromMillis() - HOOK_MILLIS
                        && each.fromMillis() < freeze.toMillis()),
        "writes waited during " + freeze + ": " + held);
  }

  /** Lets its agent hear nothing for a time that begins at once. */
  public void deafen(int seconds) {
    String script = "killall -STOP qemu-ga; sleep " + seconds + "; killall -CONT qemu-ga";
    askAgent("guest-exec", "{\"path\":\"/bin/sh\",\"arg\":[\"-c\",\"" + script + "\"]}");
  }

  private static <T> T await(
      String what, Duration limit, Supplier<T> question, Predicate<T> wanted) {
    long end = System.nanoTime() + limit.toNanos();
    T last = null;
    RuntimeException failure = null;
    while (System.nanoTime() < end) {
      try {
        last = question.get();
        if (wanted.test(last)) {
          return last;
        }
        failure = null;
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      } catch (RuntimeException silent) {
        failure = silent;
      }
    }
    throw new IllegalStateException(
        what + " did not come about within " + limit.toSeconds() + " s; last seen: " + last,
        failure);
  }
}
