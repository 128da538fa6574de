package io.holdfast.platform.h3ccas.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.ScriptedCvm;
import io.holdfast.platform.http.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("RES-01")
class CasHttpTest {
  private static final CasPath HOSTS = CasPath.of("host").slash();

  private final ScriptedCvm cvm = new ScriptedCvm();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private CasHttp http() {
    return http(cvm.access());
  }

  private static CasHttp http(PlatformAccess access) {
    CasEndpoint endpoint =
        new CasEndpoint(access.getAddress(), access.getPort(), access.getTls(), access.getUser());
    return new CasHttp(
        endpoint,
        access.getPassword(),
        HttpClient.newBuilder().connectTimeout(ScriptedCvm.quick().connect()).build(),
        ScriptedCvm.quick(),
        new Waiting(Clock.systemUTC()));
  }

  private static BackupException failure(CasHttp http) {
    return assertThrows(BackupException.class, () -> http.send("GET", HOSTS, null));
  }

  @Test
  void oneLoginServesManyRequests() {
    cvm.on("GET /host/", "{\"host\":{\"id\":\"1\"}}");
    CasHttp http = http();
    for (int i = 0; i < 5; i++) {
      assertEquals("1", http.get(HOSTS).body().list("host").get(0).text("id"));
    }
    assertEquals(1, cvm.challenges());
  }

  @Test
  void parallelRequestsNeverReuseANonceCount() throws Exception {
    cvm.on("GET /host/", "{}");
    CasHttp http = http();
    http.get(HOSTS);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Integer>> asks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      asks.add(() -> http.get(HOSTS).status());
    }
    for (Future<Integer> each : threads.invokeAll(asks)) {
      assertEquals(200, each.get());
    }
    threads.shutdown();
    assertEquals(1, cvm.challenges());
  }

  @Test
  void expiredNonceLogsInAgainOnce() {
    cvm.on("GET /host/", "{}");
    CasHttp http = http();
    http.get(HOSTS);
    cvm.expireNonce();
    assertEquals(200, http.get(HOSTS).status());
    assertEquals(2, cvm.challenges());
  }

  /** A nonce that is stale says that the password was right, from the first login on. */
  @Test
  void noncesThatExpireBeforeTheyAreUsedAreNoRefusal() {
    cvm.on("GET /host/", "{}");
    cvm.expireNonces(4);
    assertEquals(200, http().get(HOSTS).status());
    assertEquals(5, cvm.challenges());
  }

  @Test
  void wrongPasswordIsRefusedSoonAndNeverShown() {
    CasHttp http = http(cvm.access().toBuilder().setPassword("wrong-one").build());
    BackupException e = failure(http);
    assertEquals(ErrorCode.PLATFORM_LOGIN_REFUSED, e.code());
    assertEquals(3, cvm.challenges());
    assertTrue(e.message(Locale.ENGLISH).contains("\"admin\""), e.message(Locale.ENGLISH));
    assertFalse(e.parameters().toString().contains("wrong-one"));
  }

  @Test
  void unknownNameIsNamed() {
    BackupException e = failure(http(cvm.access().toBuilder().setAddress("cvm.invalid").build()));
    assertEquals(ErrorCode.PLATFORM_NAME_UNRESOLVED, e.code());
    assertEquals("cvm.invalid", e.parameters().get("address"));
  }

  @Test
  @Tag("CAS-10")
  void closedPortIsNamed() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    BackupException e = failure(http(cvm.access().toBuilder().setPort(port).build()));
    assertEquals(ErrorCode.PLATFORM_UNREACHABLE, e.code());
    assertTrue(e.message(Locale.ENGLISH).startsWith("127.0.0.1:" + port + " "));
  }

  @Test
  void silentServerIsGivenUpInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PlatformAccess access = cvm.access().toBuilder().setPort(silent.getLocalPort()).build();
      long before = System.nanoTime();
      assertEquals(ErrorCode.PLATFORM_UNREACHABLE, failure(http(access)).code());
      assertTrue(System.nanoTime() - before < 10_000_000_000L);
    }
  }

  @Test
  void bodyThatNeverEndsIsGivenUpInTime() {
    cvm.on(
        "GET /host/",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            Thread.sleep(20_000);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    assertEquals(ErrorCode.PLATFORM_UNREACHABLE, failure(http()).code());
  }

  @Test
  void gbkBytesInErrorHeadersAreRead() {
    cvm.on("GET /host/", ScriptedCvm.refusal(402, "主机不存在：“测试”"));
    CasReply reply = http().get(HOSTS);
    assertTrue(reply.refused());
    assertEquals(402, reply.errorCode());
    assertEquals("主机不存在：“测试”", reply.errorMessage());
  }

  @Test
  @Tag("OPT-15")
  void busyIsANumberAndNotAWordInAName() {
    cvm.on("GET /host/", ScriptedCvm.refusal(1005, "虚拟机 busybox 正忙 已暂停"))
        .on("GET /host/", ScriptedCvm.refusal(11, "主机正忙于另一事务，请稍后重试。"))
        .on("GET /host/", "{}");
    CasHttp http = http();
    assertEquals(1005, http.get(HOSTS).errorCode());
    assertEquals(200, http.get(HOSTS).status());
    assertEquals(3, cvm.count("GET /host/"));
  }

  @Test
  void refusalInA200BodyIsARefusal() {
    cvm.on("GET /host/", "{\"errorCode\":\"1301\",\"message\":\"存储池不存在\"}");
    CasReply reply = http().get(HOSTS);
    assertEquals(1301, reply.errorCode());
    assertEquals("存储池不存在", reply.errorMessage());
  }

  @Test
  @Tag("OPT-15")
  void readsSurviveDropsGarbage500And503() {
    cvm.on("GET /host/", "{}");
    CasHttp http = http();
    http.get(HOSTS);
    cvm.now("GET /host/", "{\"host\":")
        .on("GET /host/", ScriptedCvm.drop())
        .on("GET /host/", ScriptedCvm.drop())
        .on("GET /host/", ScriptedCvm.json(503, ""))
        .on("GET /host/", ScriptedCvm.json(500, ""))
        .on("GET /host/", "{\"host\":[{\"id\":")
        .on("GET /host/", ScriptedCvm.refusal(1007, "主机正忙于另一事务，请稍后重试。"))
        .on("GET /host/", "{\"host\":[{\"id\":1}]}");
    assertEquals(1, http.get(HOSTS).body().list("host").size());
  }

  @Test
  @Tag("OPT-15")
  void readsGiveUpAfterFifteenRetries() {
    cvm.on("GET /host/", ScriptedCvm.json(503, ""));
    BackupException e = assertThrows(BackupException.class, () -> http().get(HOSTS));
    assertEquals(ErrorCode.PLATFORM_BUSY, e.code());
    assertEquals(16, cvm.count("GET /host/"));
  }

  @Test
  void nothingWorksAfterThePasswordIsForgotten() {
    cvm.on("GET /host/", "{}");
    CasHttp http = http();
    http.forget();
    assertEquals(ErrorCode.PLATFORM_LOGIN_REFUSED, failure(http).code());
  }

  @Test
  void unknownCertificateIsSaidSoAndAKnownOneServes(@TempDir Path folder) throws Exception {
    HttpsServer tls =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tls.setHttpsConfigurator(new HttpsConfigurator(selfSigned(folder)));
    tls.start();
    try {
      int port = tls.getAddress().getPort();
      BackupException e =
          failure(http(cvm.access().toBuilder().setPort(port).setTls(true).build()));
      assertEquals(ErrorCode.PLATFORM_CERTIFICATE_REFUSED, e.code());
      assertEquals(String.valueOf(port), e.parameters().get("port"));
      tls.createContext("/", exchange -> ScriptedCvm.json(200, "{\"id\":\"1\"}").send(exchange));
      assertEquals(200, trusting(folder, "127.0.0.1", port).send("GET", HOSTS, null).status());
      CasHttp otherName = trusting(folder, "localhost", port);
      assertEquals(ErrorCode.PLATFORM_CERTIFICATE_REFUSED, failure(otherName).code());
    } finally {
      tls.stop(0);
    }
  }

  @Test
  void plainPortAskedForTlsIsSaidSo() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering =
          new Thread(
              () -> {
                try (Socket socket = plain.accept()) {
                  socket.getInputStream().read();
                  socket.getOutputStream().write("HTTP/1.1 400 \r\n\r\n".getBytes(UTF_8));
                  // Closed before all is read, it would be a reset that overtakes the answer.
                  socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      answering.start();
      PlatformAccess access =
          cvm.access().toBuilder().setPort(plain.getLocalPort()).setTls(true).build();
      assertEquals(ErrorCode.PLATFORM_CERTIFICATE_REFUSED, failure(http(access)).code());
      answering.join(5000);
    }
  }

  /** As a host in whose trust store the platform's certificate is. */
  private static CasHttp trusting(Path folder, String name, int port) throws Exception {
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(keys(folder));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return new CasHttp(
        new CasEndpoint(name, port, true, "admin"),
        "",
        HttpClient.newBuilder().sslContext(context).build(),
        ScriptedCvm.quick(),
        new Waiting(Clock.systemUTC()));
  }

  private static KeyStore keys(Path folder) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      keys.load(in, "changeit".toCharArray());
    }
    return keys;
  }

  private static SSLContext selfSigned(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                tool,
                "-genkeypair",
                "-alias",
                "k",
                "-keyalg",
                "EC",
                "-dname",
                "CN=cvm",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys(folder), "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
