package io.holdfast.platform.h3ccas.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.ScriptedCvm;
import io.holdfast.platform.http.Waiting;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-15")
class CasTasksTest {
  private static final String START = "PUT /vm/start/1";
  private static final String BUSY_TASK =
      "{\"completed\":\"true\",\"result\":\"1\",\"failMsg\":\"主机正忙于另一事务，请稍后重试。(1007)\"}";
  private static final String DONE = "{\"completed\":\"true\",\"result\":\"0\",\"targetId\":\"9\"}";

  private final ScriptedCvm cvm = new ScriptedCvm();
  private final AtomicBoolean settled = new AtomicBoolean();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private CasTasks.Outcome perform() {
    CasEndpoint endpoint = new CasEndpoint("127.0.0.1", cvm.port(), false, ScriptedCvm.USER);
    CasHttp http =
        new CasHttp(
            endpoint,
            ScriptedCvm.PASSWORD,
            HttpClient.newHttpClient(),
            ScriptedCvm.quick(),
            new Waiting(Clock.systemUTC()));
    return new CasTasks(http).perform("PUT", CasPath.of("vm", "start", 1), null, settled::get);
  }

  private ScriptedCvm accepted() {
    return cvm.on(START, "{\"msgId\":\"5\",\"completed\":\"false\"}");
  }

  @Test
  void succeedsWhenCompletedWithResultZero() {
    accepted()
        .on("GET /message/5", "{\"msgId\":\"5\",\"completed\":\"false\",\"progress\":\"10\"}")
        .on("GET /message/5", DONE);
    CasTasks.Outcome outcome = perform();
    assertTrue(outcome.succeeded());
    assertEquals("9", outcome.task().text("targetId"));
  }

  @Test
  void completedIsNotSucceeded() {
    accepted()
        .on(
            "GET /message/5",
            "{\"completed\":\"true\",\"result\":\"1\",\"failMsg\":\"存储池已满。(1302)\"}");
    CasTasks.Outcome outcome = perform();
    assertFalse(outcome.succeeded());
    assertEquals(1302, outcome.code());
    assertEquals("存储池已满。(1302)", outcome.message());
  }

  @Test
  void partialSuccessIsFailure() {
    accepted().on("GET /message/5", "{\"completed\":true,\"result\":2,\"failMsg\":\"部分\"}");
    assertEquals(PlatformCode.UNKNOWN, perform().code());
  }

  @Test
  void busyIsRepeatedWhetherRefusedOrFailed() {
    cvm.on(START, ScriptedCvm.refusal(1007, "正忙"));
    accepted().on("GET /message/5", BUSY_TASK).on("GET /message/5", DONE);
    accepted();
    assertTrue(perform().succeeded());
    assertEquals(3, cvm.count(START));
  }

  @Test
  void busyForEverIsSaidAfterFifteenRetries() {
    accepted().on("GET /message/5", BUSY_TASK);
    BackupException e = assertThrows(BackupException.class, this::perform);
    assertEquals(ErrorCode.PLATFORM_BUSY, e.code());
    assertEquals("16", e.parameters().get("attempts"));
    assertEquals(16, cvm.count(START));
  }

  @Test
  void taskThatIsGoneIsJudgedByTheOutcome() {
    accepted().on("GET /message/5", ScriptedCvm.after(() -> settled.set(true), gone()));
    assertTrue(perform().succeeded());
    assertEquals(1, cvm.count(START));
  }

  @Test
  void taskThatIsGoneWithoutEffectIsRepeated() {
    accepted().on("GET /message/5", gone()).on("GET /message/5", DONE);
    assertTrue(perform().succeeded());
    assertEquals(2, cvm.count(START));
  }

  private static ScriptedCvm.Answer gone() {
    return ScriptedCvm.json(404, "");
  }

  @Test
  void lostReplyIsNotSentTwiceWhenItTookEffect() {
    cvm.on(START, ScriptedCvm.after(() -> settled.set(true), ScriptedCvm.drop()));
    assertTrue(perform().succeeded());
    assertEquals(1, cvm.count(START));
  }

  @Test
  void pollingSurvivesDropsAndExpiredLogins() {
    accepted()
        .on("GET /message/5", ScriptedCvm.drop())
        .on("GET /message/5", ScriptedCvm.after(cvm::expireNonce, ScriptedCvm.json(503, "")))
        .on("GET /message/5", DONE);
    assertTrue(perform().succeeded());
    assertEquals(1, cvm.count(START));
  }

  @Test
  void endlessTaskIsAmbiguous() {
    accepted().on("GET /message/5", "{\"completed\":\"false\",\"progress\":\"40\"}");
    BackupException e = assertThrows(BackupException.class, this::perform);
    assertEquals(ErrorCode.PLATFORM_TASK_TIMEOUT, e.code());
  }

  @Test
  void bareIdAndNoTaskAtAllAreUnderstood() {
    cvm.on(START, "5").on("GET /message/5", DONE);
    assertTrue(perform().succeeded());
    cvm.now(START, "");
    assertTrue(perform().succeeded());
  }
}
