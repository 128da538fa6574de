package io.holdfast.simulator.hikcloud;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Starts the simulated platform: {@code --state DIR --ceph-conf FILE [--pool rbd] [--port 30188]
 * [--lab-port 30189]…}. Prints {@code READY {port, labPort}} and runs until it is ended; its
 * instances' processes end with it.
 */
public final class HikCloudMain {
  private static final String ADDRESS = "127.0.0.1";

  private HikCloudMain() {}

  /** Runs. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    CloudOptions options = CloudOptions.of(arguments);
    CloudState state = new CloudState(options.state());
    Faults faults = new Faults();
    CloudGuests guests = new CloudGuests(options);
    CloudFreezes freezes = new CloudFreezes(state, guests);
    CloudInstances instances = new CloudInstances(state, guests, freezes);
    RbdImages images = new RbdImages(options);
    CloudTasks tasks = new CloudTasks(faults);
    Clock clock = Clock.systemUTC();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  tasks.close();
                  freezes.close();
                  close(guests);
                }));
    instances.resume();

    Router api = new Router();
    CloudSnapshots snapshots = new CloudSnapshots(state, options, freezes, images, clock);
    new CloudApi(state, options, instances, freezes, snapshots, tasks).register(api);
    Router lab = new Router();
    new CloudLab(state, options, instances, new CloudLab.Below(images, guests), faults)
        .register(lab);
    HttpServer platform = server(options.port(), options);
    HttpServer tests = plain(options.labPort());
    new CloudServer(api, faults, new Signatures(options, clock)::check).attach(platform);
    new CloudServer(lab, new Faults(), exchange -> {}).attach(tests);
    platform.start();
    tests.start();
    byte[] ports =
        Json.bytes(
            Json.object()
                .put("port", platform.getAddress().getPort())
                .put("labPort", tests.getAddress().getPort()));
    System.out.println("READY " + new String(ports, StandardCharsets.UTF_8));
    new CountDownLatch(1).await();
  }

  private static void close(CloudGuests guests) {
    try {
      guests.close();
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }

  private static HttpServer server(int port, CloudOptions options) throws IOException {
    if (!options.tls()) {
      return plain(port);
    }
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            SelfSigned.context(options.state().resolve("hikcloud.p12"), ADDRESS)));
    server.setExecutor(Executors.newCachedThreadPool());
    return server;
  }

  private static HttpServer plain(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    return server;
  }
}
