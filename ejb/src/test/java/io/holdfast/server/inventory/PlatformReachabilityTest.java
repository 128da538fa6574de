package io.holdfast.server.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RES-06")
class PlatformReachabilityTest {
  private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  private final PlatformId id = PlatformId.random();
  private Instant now = START;
  private final Map<PlatformId, PlatformReach> rows = new HashMap<>();
  private final List<String> told = new ArrayList<>();
  private final PlatformReachability reachability = reachability(INTERVAL);

  private PlatformReachability reachability(Duration interval) {
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    return new PlatformReachability(clock, interval, new Rows(), new Told());
  }

  /** The table, which outlives a server. */
  private final class Rows implements PlatformReachRepository {
    @Override
    public Optional<PlatformReach> find(PlatformId platform) {
      return Optional.ofNullable(rows.get(platform));
    }

    @Override
    public void save(PlatformId platform, PlatformReach reach) {
      rows.put(platform, new PlatformReachRow(platform, reach).reach());
    }

    @Override
    public void remove(PlatformId platform) {
      rows.remove(platform);
    }
  }

  private final class Told implements PlatformOutages {
    @Override
    public void began(PlatformId platform, BackupException why) {
      told.add("began " + why.code());
    }

    @Override
    public void ended(PlatformId platform) {
      told.add("ended");
    }
  }

  private static BackupException problem(ErrorCode code) {
    return BackupException.of(code, "address", "10.0.0.1", "port", 8080, "cause", "no route");
  }

  private void answered() {
    reachability.answered(id, reachability.question());
  }

  private void failed(BackupException problem) {
    reachability.failed(id, reachability.question(), problem);
  }

  @Test
  void whatWasNeverAskedIsUnknownAndDue() {
    assertEquals(PlatformState.UNKNOWN, reachability.of(id).state());
    assertTrue(reachability.isDue(id));
  }

  @Test
  void aStateKeepsItsBeginningAndTellsWhenItWasSeenLast() {
    answered();
    now = START.plusSeconds(400);
    answered();
    assertEquals(Optional.of(START), reachability.of(id).since());
    assertEquals(Optional.of(now), reachability.of(id).askedAt());
    failed(problem(ErrorCode.PLATFORM_UNREACHABLE));
    assertEquals(PlatformState.OFFLINE, reachability.of(id).state());
    assertEquals(Optional.of(now), reachability.of(id).since());
    assertEquals(
        ErrorCode.PLATFORM_UNREACHABLE, reachability.of(id).problem().orElseThrow().code());
    answered();
    assertEquals(Optional.empty(), reachability.of(id).problem());
  }

  @Test
  void eachIsAskedOnceAnIntervalWhetherItIsThereOrNot() {
    answered();
    now = START.plus(INTERVAL).minusSeconds(1);
    assertFalse(reachability.isDue(id));
    now = START.plus(INTERVAL);
    assertTrue(reachability.isDue(id));
    failed(problem(ErrorCode.PLATFORM_UNREACHABLE));
    now = now.plus(INTERVAL).minusSeconds(1);
    assertFalse(reachability.isDue(id));
    now = now.plusSeconds(1);
    assertTrue(reachability.isDue(id));
  }

  @Test
  void anAgentThatIsAwaySaysNothingOfThePlatformAndIsTriedEachMinute() {
    answered();
    failed(problem(ErrorCode.AGENT_UNREACHABLE));
    assertEquals(PlatformState.AGENT_AWAY, reachability.of(id).state());
    now = now.plusSeconds(59);
    assertFalse(reachability.isDue(id));
    now = now.plusSeconds(1);
    assertTrue(reachability.isDue(id));
    failed(problem(ErrorCode.AGENT_TIMEOUT));
    assertEquals(PlatformState.OFFLINE, reachability.of(id).state());
    failed(problem(ErrorCode.AGENT_BUSY));
    assertEquals(PlatformState.OFFLINE, reachability.of(id).state());
  }

  @Test
  void anAnswerToSettingsThatWereChangedMeanwhileCountsForNothing() {
    long question = reachability.question();
    reachability.forget(id);
    reachability.failed(id, question, problem(ErrorCode.PLATFORM_LOGIN_REFUSED));
    assertEquals(PlatformState.UNKNOWN, reachability.of(id).state());
    answered();
    reachability.answered(PlatformId.random(), question);
    assertEquals(PlatformState.ONLINE, reachability.of(id).state());
  }

  @Test
  void aRefusedLoginIsNotTriedAgainByItself() {
    failed(problem(ErrorCode.PLATFORM_LOGIN_REFUSED));
    now = START.plus(Duration.ofDays(30));
    assertFalse(reachability.isDue(id), "the platform would lock the account");
    reachability.forget(id);
    assertTrue(reachability.isDue(id), "other settings, another try");
  }

  @Test
  void zeroSecondsAskNobody() {
    assertFalse(reachability(Duration.ZERO).isDue(id));
  }

  @Test
  @Tag("JOB-07")
  void anOutageIsToldOnceWhateverIsFoundUntilThePlatformAnswers() {
    answered();
    failed(problem(ErrorCode.AGENT_UNREACHABLE));
    assertEquals(List.of(), told, "of the platform nothing is known");
    failed(problem(ErrorCode.PLATFORM_UNREACHABLE));
    failed(problem(ErrorCode.AGENT_UNREACHABLE));
    failed(problem(ErrorCode.PLATFORM_LOGIN_REFUSED));
    assertEquals(List.of("began PLATFORM_UNREACHABLE"), told);
    answered();
    answered();
    assertEquals(List.of("began PLATFORM_UNREACHABLE", "ended"), told);
    failed(problem(ErrorCode.PLATFORM_UNREACHABLE));
    assertEquals(3, told.size(), "the next outage");
    reachability.forget(id);
    assertEquals("ended", told.get(3), "other settings, or gone");
    answered();
    assertEquals(4, told.size());
  }

  @Test
  @Tag("JOB-07")
  void whatWasFoundAndToldOutlivesTheServer() {
    failed(problem(ErrorCode.PLATFORM_UNREACHABLE));
    PlatformReachability next = reachability(INTERVAL);
    PlatformReach reach = next.of(id);
    assertEquals(PlatformState.OFFLINE, reach.state());
    assertEquals(Optional.of(START), reach.since());
    assertEquals("10.0.0.1", reach.problem().orElseThrow().parameters().get("address"));
    assertFalse(next.isDue(id), "asked a moment ago");
    next.failed(id, next.question(), problem(ErrorCode.PLATFORM_UNREACHABLE));
    assertEquals(1, told.size(), "the same outage");
    PlatformReachability last = reachability(INTERVAL);
    last.answered(id, last.question());
    assertEquals(List.of("began PLATFORM_UNREACHABLE", "ended"), told);
    assertEquals(PlatformState.ONLINE, reachability(INTERVAL).of(id).state());
  }
}
