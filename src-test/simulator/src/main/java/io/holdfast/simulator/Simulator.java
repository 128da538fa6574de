package io.holdfast.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.simulator.cvd.CvdServer;
import io.holdfast.simulator.cvd.Handles;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.lab.LabServer;
import io.holdfast.simulator.rest.CvmServer;
import io.holdfast.simulator.rest.Describe;
import io.holdfast.simulator.rest.HardwareCalls;
import io.holdfast.simulator.rest.InventoryCalls;
import io.holdfast.simulator.rest.Logins;
import io.holdfast.simulator.rest.ProtectionCalls;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.SelfSigned;
import io.holdfast.simulator.rest.VmCalls;
import io.holdfast.simulator.seed.LabVms;
import io.holdfast.simulator.seed.Seed;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Images;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Recovery;
import io.holdfast.simulator.vm.Snapshots;
import io.holdfast.simulator.vm.Tracking;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One simulated CAS: wires everything, adopts or starts the VMs, listens. {@link #close} ends all
 * of it, QEMUs too. SIM-01, SIM-03.
 */
public final class Simulator implements AutoCloseable {
  private final Options options;
  private final StateStore store;
  private final Machines machines;
  private final Guests guests;
  private final Handles handles;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<CvdServer> controls = new ArrayList<>();
  private final ExecutorService requests =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "http");
            thread.setDaemon(true);
            return thread;
          });
  private final ObjectNode endpoints = Json.object();

  public Simulator(Options options, Path runFolder, Clock clock) throws IOException {
    this.options = options;
    store = new StateStore(options.state());
    Faults faults = new Faults();
    Volumes volumes = new Volumes(store, options.state(), faults);
    Images images = new Images(volumes, runFolder);
    Tracking tracking = new Tracking(options.state());
    machines = new Machines(store, images, tracking, runFolder);
    Lifecycle lifecycle =
        new Lifecycle(
            store,
            volumes,
            machines,
            new Lifecycle.Parts(images, tracking, faults, options.shutdownMillis()));
    Snapshots snapshots = new Snapshots(store, volumes, images, tracking, machines);
    guests = new Guests(machines, images, volumes, runFolder);
    int[] ports = options.dataPorts();
    handles =
        new Handles(
            store, machines, images, volumes, faults, new Handles.PortRange(ports[0], ports[1]));
    lifecycle.writersKnownBy(handles::writing);
    LabVms lab = new LabVms(store, volumes, images, machines, lifecycle);
    Tasks tasks = new Tasks(store, clock, options.taskMillis());
    tasks.failUnfinished();

    Logins logins =
        new Logins(
            options.user(),
            options.password(),
            options.allowBasic(),
            options.nonceSeconds(),
            clock);
    Router router = new Router();
    Describe describe = new Describe(store, volumes, options.release(), options.cvdPort());
    new InventoryCalls(store, volumes, describe, tasks, options.release()).register(router);
    new VmCalls(store, describe, machines, lifecycle, tasks).register(router);
    new HardwareCalls(store, volumes, machines, lifecycle, tasks).register(router);
    ProtectionCalls.Context context =
        new ProtectionCalls.Context(
            tasks, faults, clock, options.pageLimit(), handles::closeSnapshot);
    new ProtectionCalls(store, machines, snapshots, tracking, guests, context).register(router);
    CvmServer cvm = new CvmServer(router, logins, faults, options.nativeJson());
    LabServer labServer =
        new LabServer(
            store,
            faults,
            new LabServer.Parts(machines, lifecycle, guests, tracking, lab, handles));

    HttpServer cvmHttp = bind(options.port());
    HttpServer labHttp = bind(options.labPort());
    Optional<HttpServer> tlsHttp = bindTls();
    if (store.fresh()) {
      Seed.hosts(store, options.cvkAddresses());
      Seed.blockVolumes(volumes, store);
    } else {
      moveHosts();
    }
    bindControls(new CvdServer.Context(handles, logins, faults, options.release(), clock));
    if (store.fresh() && options.seed().equals("demo")) {
      Seed.demo(lab);
    }
    new Recovery(store, machines, snapshots, tracking).run();
    cvm.attach(cvmHttp);
    tlsHttp.ifPresent(cvm::attach);
    labServer.attach(labHttp);
    servers.forEach(HttpServer::start);
    publish(cvmHttp, labHttp, tlsHttp);
  }

  /** The hosts of an old state folder listen where this command line says. */
  private void moveHosts() {
    List<String> addresses = options.cvkAddresses();
    store.change(
        s -> {
          for (int i = 0; i < s.hosts.size() && i < addresses.size(); i++) {
            Host host = s.hosts.get(i);
            host.ip = addresses.get(i);
            Seed.moveSwitches(s, host);
          }
          return null;
        });
  }

  private HttpServer bind(int port) throws IOException {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(options.bind(), port), 64);
      server.setExecutor(requests);
      servers.add(server);
      return server;
    } catch (BindException e) {
      throw new PortTakenException(options.bind() + ":" + port, e);
    }
  }

  private Optional<HttpServer> bindTls() throws IOException {
    if (options.tlsPort() < 0) {
      return Optional.empty();
    }
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(options.bind(), options.tlsPort()), 64);
      server.setHttpsConfigurator(
          new HttpsConfigurator(
              SelfSigned.context(options.state().resolve("tls.p12"), options.bind())));
      server.setExecutor(requests);
      servers.add(server);
      return Optional.of(server);
    } catch (BindException e) {
      throw new PortTakenException(options.bind() + ":" + options.tlsPort(), e);
    }
  }

  private void bindControls(CvdServer.Context context) throws IOException {
    for (Host host : store.read(s -> List.copyOf(s.hosts))) {
      Set<String> addresses = new LinkedHashSet<>(List.of(host.ip));
      for (VirtualSwitch v : store.read(s -> List.copyOf(s.switches))) {
        if (v.hostId == host.id && !v.address.isEmpty()) {
          addresses.add(v.address);
        }
      }
      for (String address : addresses) {
        try {
          controls.add(
              new CvdServer(host, new InetSocketAddress(address, options.cvdPort()), context));
        } catch (BindException e) {
          throw new PortTakenException(address + ":" + options.cvdPort(), e);
        }
      }
    }
  }

  private void publish(HttpServer cvm, HttpServer lab, Optional<HttpServer> tls)
      throws IOException {
    endpoints
        .put("pid", ProcessHandle.current().pid())
        .put("cvm", "http://" + options.bind() + ":" + cvm.getAddress().getPort());
    endpoints.put(
        "tls",
        tls.map(t -> "https://" + options.bind() + ":" + t.getAddress().getPort()).orElse(null));
    endpoints
        .put("lab", "http://" + options.bind() + ":" + lab.getAddress().getPort())
        .put("user", options.user());
    endpoints.put("release", options.release());
    ArrayNode hosts = endpoints.putArray("hosts");
    for (Host host : store.read(s -> List.copyOf(s.hosts))) {
      hosts
          .addObject()
          .put("id", host.id)
          .put("name", host.name)
          .put("ip", host.ip)
          .put("cvdPort", options.cvdPort());
    }
    StateStore.writeAtomically(options.state().resolve("endpoints.json"), Json.bytes(endpoints));
  }

  /** Addresses and ports, as in {@code endpoints.json}. */
  public ObjectNode endpoints() {
    return endpoints;
  }

  /** Running VMs by name, for a last word at the start. */
  public List<String> runningVms() {
    List<String> names = new ArrayList<>();
    for (Vm vm : store.read(s -> List.copyOf(s.vms))) {
      if (vm.status != VmStatus.SHUT_OFF) {
        names.add(vm.name);
      }
    }
    return names;
  }

  @Override
  public void close() throws IOException {
    guests.stopLoads();
    for (CvdServer control : controls) {
      control.close();
    }
    servers.forEach(s -> s.stop(0));
    handles.closeAll();
    machines.stopAll();
    requests.shutdownNow();
  }

  /** A port that must be free is not; the message is its address. */
  public static final class PortTakenException extends IOException {
    public PortTakenException(String address, Throwable cause) {
      super(address, cause);
    }
  }
}
