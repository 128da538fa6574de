package io.holdfast.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.agent.throttle.Limits;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.RateSchedule;
import io.holdfast.agent.throttle.RateWindow;
import io.holdfast.agent.throttle.SystemThrottleTime;
import io.holdfast.agent.throttle.Throttles;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How accurate the agent's speed limits are in real time: 1 MiB/s, 500 MiB/s, and from one to the
 * other across a window's bound, with several streams sharing the limiter. Prints a line each and
 * one last line {@code BENCH {…}} with what passed relative to what should have.
 */
@Command(
    name = "throttle",
    description = "Measure how accurate speed limits are, in real time.",
    mixinStandardHelpOptions = true)
final class ThrottleBench implements Callable<Integer> {
  private static final long MIB = 1 << 20;
  private static final int STREAMS = 4;
  private static final int IN_FLIGHT = 4;

  @Option(names = "--seconds", description = "Per measurement (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Override
  public Integer call() throws JsonProcessingException, InterruptedException {
    Map<String, Double> accuracy = new LinkedHashMap<>();
    try (SystemThrottleTime time = new SystemThrottleTime(Clock.systemUTC())) {
      for (long rate : List.of(MIB, 500 * MIB)) {
        String name = "throttle_" + rate / MIB + "_mib";
        accuracy.put(name, measured(name, time, RateSchedule.always(rate), rate * seconds));
      }
      LocalTime bound =
          Instant.now().plusMillis(500L * seconds).atZone(ZoneOffset.UTC).toLocalTime();
      RateWindow window = new RateWindow(Set.of(), bound, bound.plusHours(1), 500 * MIB);
      RateSchedule change = new RateSchedule(List.of(window), MIB, ZoneOffset.UTC);
      long expected = (MIB + 500 * MIB) * seconds / 2;
      accuracy.put("throttle_window", measured("throttle_window", time, change, expected));
    }
    System.out.println("BENCH " + new ObjectMapper().writeValueAsString(accuracy));
    return 0;
  }

  private double measured(
      String name, SystemThrottleTime time, RateSchedule schedule, long expectedBytes)
      throws InterruptedException {
    AtomicLong passed = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    try (Pace pace = new Throttles(time).join(name, new Limits(RateSchedule.NONE, schedule))) {
      List<Thread> streams = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        Thread stream = new Thread(() -> flow(pace, passed, over), "stream-" + i);
        stream.setDaemon(true);
        stream.start();
        streams.add(stream);
      }
      Thread.sleep(seconds * 1000L);
      double ratio = (double) passed.get() / expectedBytes;
      over.set(true);
      pace.limit(Limits.NONE);
      for (Thread stream : streams) {
        stream.join();
      }
      System.out.printf(Locale.ROOT, "%-20s %.4f of what should have passed%n", name, ratio);
      return ratio;
    }
  }

  private static void flow(Pace pace, AtomicLong passed, AtomicBoolean over) {
    Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    while (!over.get()) {
      int unit = pace.unitBytes((int) MIB);
      underWay.add(
          pace.pass(unit, 1)
              .thenRun(
                  () -> {
                    if (!over.get()) {
                      passed.addAndGet(unit);
                    }
                  }));
      if (underWay.size() >= IN_FLIGHT) {
        underWay.remove().join();
      }
    }
  }
}
