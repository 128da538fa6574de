package io.holdfast.platform.hikcloud.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.error.TransientException;
import io.holdfast.platform.hikcloud.ScriptedCloud;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RES-02")
class CloudHttpTest {
  private static final CloudPath VERSION = CloudPath.of("version");
  private static final String DONE = "{\"status\":\"success\"}";

  private final ScriptedCloud cloud = new ScriptedCloud();

  @AfterEach
  void stop() {
    cloud.close();
  }

  private CloudHttp http() {
    return http(cloud.access().build(), ScriptedCloud.quick());
  }

  private static CloudHttp http(PlatformAccess access, RequestTimings timings) {
    return new CloudHttp(
        new CloudEndpoint(access.getAddress(), access.getPort(), access.getTls(), access.getUser()),
        access.getPassword(),
        HttpClient.newBuilder().connectTimeout(timings.connect()).build(),
        timings,
        new Waiting(Clock.systemUTC()));
  }

  @Test
  void requestsAreSignedWithWhateverTheyName() {
    cloud.on("GET /version", "{\"version\":\"V1.8.0\"}").on("PUT /snapshots/a%2F%20b", "{}");
    CloudHttp http = http();
    assertEquals("V1.8.0", http.get(VERSION).data().get("version").asText());
    http.get(VERSION.with("size", 5).with("name", "门户 /?").with("hostId", "h+1"));
    assertFalse(http.send("PUT", CloudPath.of("snapshots", "a/ b"), Map.of("name", "名")).refused());
    assertEquals(List.of(), cloud.refused());
    assertEquals("名", cloud.bodyOf("PUT").get("name").asText());
    assertTrue(
        cloud.calls().get(1).endsWith("?hostId=h%2B1&name=%E9%97%A8%E6%88%B7%20%2F%3F&size=5"),
        cloud.calls().get(1));
  }

  @Test
  void theFormOfSignatureThatThePlatformWantsIsFoundOnce() {
    cloud.keepEmptyLines();
    cloud.on("GET /version", "{}").on("POST /snapshots", "{}");
    CloudHttp http = http();
    http.get(VERSION);
    http.send("POST", CloudPath.of("snapshots"), Map.of("name", "x"));
    http.get(VERSION);
    assertEquals(List.of("HEC-40103"), cloud.refused());
  }

  @Test
  void aWrongSecretIsToldAndNotShown() {
    PlatformAccess wrong = cloud.access().setPassword("other-geheim").build();
    CloudHttp http = http(wrong, ScriptedCloud.quick());
    BackupException e = assertThrows(BackupException.class, () -> http.get(VERSION));
    assertEquals(ErrorCode.PLATFORM_LOGIN_REFUSED, e.code());
    assertFalse(e.getMessage().contains("geheim"), e.getMessage());
    assertFalse(e.parameters().toString().contains("geheim"));
    String cause = Messages.value(e.parameters().get("cause"), Locale.ENGLISH);
    assertTrue(cause.contains("HEC-40103, request r-7"), cause);
    assertEquals(2, cloud.refused().size());
  }

  @Test
  void aSecretThatWasForgottenIsRefused() {
    cloud.on("GET /version", "{}");
    CloudHttp http = http();
    http.get(VERSION);
    http.forget();
    BackupException e = assertThrows(BackupException.class, () -> http.get(VERSION));
    assertEquals(ErrorCode.PLATFORM_LOGIN_REFUSED, e.code());
  }

  @Test
  @Tag("OPT-15")
  void whatPassesIsRepeatedWithANonceOfItsOwn() {
    cloud
        .on("GET /version", ScriptedCloud.refusal(429, "HEC-42901", "请求过于频繁"))
        .on("GET /version", ScriptedCloud.raw(502, "<html>bad gateway</html>"))
        .on("GET /version", ScriptedCloud.raw(503, ""))
        .on("GET /version", ScriptedCloud.raw(504, ""))
        .on("GET /version", ScriptedCloud.refusal(500, "HEC-50000", "内部错误"))
        .on("GET /version", ScriptedCloud.drop())
        .on("GET /version", ScriptedCloud.raw(200, "half of a rep"))
        .on("GET /version", "{\"version\":\"V1.8.0\"}");
    assertEquals("V1.8.0", http().get(VERSION).data().get("version").asText());
    assertTrue(cloud.count("GET /version") >= 8, cloud.calls().toString());
  }

  @Test
  @Tag("OPT-15")
  void repetitionsAreCountedAndNoneIsNone() {
    cloud.on("GET /version", ScriptedCloud.refusal(503, "HEC-50300", "升级中"));
    BackupException e = assertThrows(BackupException.class, () -> http().get(VERSION));
    assertEquals(ErrorCode.PLATFORM_BUSY, e.code());
    assertEquals(16, cloud.count("GET /version"));
    assertTrue(e.getMessage().contains("\"升级中\" (HEC-50300, request r-7)"), e.getMessage());
    CloudHttp once = http(cloud.access().build(), ScriptedCloud.quick().withRetries(0));
    assertInstanceOf(
        TransientException.class, assertThrows(BackupException.class, () -> once.get(VERSION)));
    assertEquals(17, cloud.count("GET /version"));
  }

  @Test
  void refusalsAreRepliesThatNameTheRequest() {
    cloud.on("GET /instances/9", ScriptedCloud.refusal(404, "HEC-40401", "实例不存在"));
    CloudReply reply = http().get(CloudPath.of("instances", "9"));
    assertTrue(reply.refused());
    assertTrue(reply.absent());
    assertEquals(
        "\"实例不存在\" (HEC-40401, request r-7)", Messages.value(reply.words(), Locale.ENGLISH));
    assertEquals("“实例不存在”（HEC-40401，请求 r-7）", Messages.value(reply.words(), Locale.CHINESE));
    assertEquals(1, cloud.count("GET /instances/9"));
  }

  @Test
  @Tag("INV-01")
  void allPagesAreReadAndNothingTwice() {
    cloud
        .on("GET /hosts?page=1&size=100", "{\"list\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"total\":4}")
        .on("GET /hosts?page=2&size=100", "{\"list\":[{\"id\":\"b\"},{\"id\":\"c\"}],\"total\":4}")
        .on("GET /hosts?page=3&size=100", "{\"list\":[{\"id\":\"d\"}],\"total\":4}");
    assertEquals(4, http().all(CloudPath.of("hosts")).things().size());
    assertEquals(3, cloud.count("GET /hosts"));
  }

  @Test
  @Tag("INV-01")
  void aPlatformThatKnowsNoPagesIsNotAskedForEver() {
    cloud
        .on("GET /hosts", "{\"list\":[{\"id\":\"a\"},{\"id\":\"b\"}]}")
        .on("GET /storages", "[{\"id\":\"p\"}]");
    assertEquals(2, http().all(CloudPath.of("hosts")).things().size());
    assertEquals(2, cloud.count("GET /hosts"));
    assertEquals(1, http().all(CloudPath.of("storages")).things().size());
  }

  private CloudTasks.Outcome delete(boolean... settled) {
    int[] looks = {0};
    return new CloudTasks(http())
        .perform(
            "DELETE",
            CloudPath.of("snapshots", "1"),
            Map.of(),
            () -> looks[0] < settled.length && settled[looks[0]++]);
  }

  @Test
  void finishedIsNotSucceeded() {
    cloud
        .on("DELETE /snapshots/1", ScriptedCloud.raw(202, taskReply()))
        .on("GET /tasks/t", "{\"status\":\"running\",\"progress\":10}")
        .on(
            "GET /tasks/t",
            "{\"status\":\"failed\",\"errorCode\":\"HEC-40921\",\"errorMsg\":\"快照受保护\"}");
    CloudTasks.Outcome outcome = delete();
    assertFalse(outcome.succeeded());
    assertEquals("\"快照受保护\" (HEC-40921)", Messages.value(outcome.words(), Locale.ENGLISH));
    cloud.now("GET /tasks/t", DONE);
    assertTrue(delete().succeeded());
  }

  private static String taskReply() {
    return "{\"code\":\"0\",\"data\":{\"taskId\":\"t\"},\"requestId\":\"r\"}";
  }

  @Test
  @Tag("OPT-15")
  void whatMayHaveHappenedIsLookedAtBeforeItIsRepeated() {
    cloud
        .on("DELETE /snapshots/1", ScriptedCloud.drop())
        .on("DELETE /snapshots/1", ScriptedCloud.raw(202, taskReply()))
        .on("GET /tasks/t", DONE);
    assertTrue(delete(true).succeeded());
    assertEquals(1, cloud.count("DELETE"));
    cloud.now("DELETE /snapshots/1", ScriptedCloud.drop());
    cloud.on("DELETE /snapshots/1", ScriptedCloud.raw(202, taskReply()));
    assertTrue(delete(false).succeeded());
    assertEquals(3, cloud.count("DELETE"));
  }

  @Test
  @Tag("OPT-15")
  void whatWasRefusedForTheNumberOfRequestsIsRepeatedWithoutALook() {
    cloud
        .on("DELETE /snapshots/1", ScriptedCloud.refusal(429, "HEC-42901", "请求过于频繁"))
        .on("DELETE /snapshots/1", ScriptedCloud.raw(202, taskReply()))
        .on("GET /tasks/t", DONE);
    assertTrue(delete(true).succeeded());
    assertEquals(2, cloud.count("DELETE"));
  }

  @Test
  void aTaskThatIsGoneWasDoneOrIsRepeated() {
    cloud
        .on("DELETE /snapshots/1", ScriptedCloud.raw(202, taskReply()))
        .on("GET /tasks/t", ScriptedCloud.refusal(404, "HEC-40401", "任务不存在"))
        .on("GET /tasks/t", DONE);
    assertTrue(delete(false).succeeded());
    assertEquals(2, cloud.count("DELETE"));
  }

  @Test
  void aTaskThatDoesNotEndIsGivenUpAsUnknown() {
    cloud
        .on("DELETE /snapshots/1", ScriptedCloud.raw(202, taskReply()))
        .on("GET /tasks/t", "{\"status\":\"running\",\"progress\":10}");
    BackupException e = assertThrows(BackupException.class, this::delete);
    assertEquals(ErrorCode.PLATFORM_TASK_TIMEOUT, e.code());
  }
}
