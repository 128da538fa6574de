package io.holdfast.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.simulator.cvd.Controls;
import io.holdfast.simulator.cvd.CvdServer;
import io.holdfast.simulator.cvd.Handles;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.lab.GuestCalls;
import io.holdfast.simulator.lab.HostEvents;
import io.holdfast.simulator.lab.LabServer;
import io.holdfast.simulator.lab.RecordCalls;
import io.holdfast.simulator.lab.VmEvents;
import io.holdfast.simulator.record.Journal;
import io.holdfast.simulator.record.Leftovers;
import io.holdfast.simulator.record.Usage;
import io.holdfast.simulator.rest.CopyCalls;
import io.holdfast.simulator.rest.CvmServer;
import io.holdfast.simulator.rest.Describe;
import io.holdfast.simulator.rest.HardwareCalls;
import io.holdfast.simulator.rest.InventoryCalls;
import io.holdfast.simulator.rest.Logins;
import io.holdfast.simulator.rest.ModifyCalls;
import io.holdfast.simulator.rest.ProtectionCalls;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.SelfSigned;
import io.holdfast.simulator.rest.VmCalls;
import io.holdfast.simulator.seed.Fleet;
import io.holdfast.simulator.seed.LabDisks;
import io.holdfast.simulator.seed.LabPools;
import io.holdfast.simulator.seed.LabVms;
import io.holdfast.simulator.seed.Seed;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.vm.Copies;
import io.holdfast.simulator.vm.Firmware;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.HighAvailability;
import io.holdfast.simulator.vm.Images;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Power;
import io.holdfast.simulator.vm.Quiesce;
import io.holdfast.simulator.vm.Recovery;
import io.holdfast.simulator.vm.Snapshots;
import io.holdfast.simulator.vm.Tracking;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One simulated CAS: wires everything, adopts or starts the VMs, listens. {@link #close} ends all
 * of it, QEMUs too. SIM-01, SIM-03.
 */
public final class Simulator implements AutoCloseable {
  private static final String NEWEST = "E0785P03";

  static {
    // The JDK's server sends head and body apart: every other answer would wait 40 ms for an ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Options options;

  private final StateStore store;
  private final Faults faults = new Faults();
  private final Journal journal;
  private final Usage usage;
  private final Leftovers leftovers;
  private final Volumes volumes;
  private final Images images;
  private final Tracking tracking;
  private final Machines machines;
  private final Power power;
  private final Lifecycle lifecycle;
  private final Snapshots snapshots;
  private final Guests guests;
  private final Handles handles;
  private final Tasks tasks;
  private final Logins logins;
  private final Controls controls;
  private final List<HttpServer> servers = new ArrayList<>();
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
    journal = new Journal(clock);
    usage = new Usage(clock);
    volumes = new Volumes(store, options.state(), faults);
    leftovers = new Leftovers(store, volumes);
    images = new Images(volumes, runFolder);
    tracking = new Tracking(options.state());
    machines = new Machines(store, images, tracking, runFolder);
    power =
        new Power(
            store, volumes, machines, new Power.Parts(tracking, faults, options.shutdownMillis()));
    lifecycle =
        new Lifecycle(store, volumes, machines, new Lifecycle.Parts(images, tracking, power));
    snapshots =
        new Snapshots(
            store, volumes, machines, images, new Snapshots.Parts(tracking, faults, clock));
    guests = new Guests(machines, images, volumes, runFolder);
    handles =
        new Handles(
            store,
            machines,
            images,
            volumes,
            new Handles.Parts(faults, options.dataPorts(), usage, journal));
    power.handlesKnownBy(handles::writing, handles::closeVm);
    tasks = new Tasks(store, clock, faults, options.taskMillis());
    logins =
        new Logins(
            options.user(),
            options.password(),
            options.allowBasic(),
            options.nonceSeconds(),
            clock);
    controls =
        new Controls(
            store,
            options.cvdPort(),
            new CvdServer.Context(handles, logins, faults, store, journal, clock));
    tasks.failUnfinished();
    open();
  }

  /** Binds first, so that a taken port is told before anything is made. */
  private void open() throws IOException {
    HttpServer cvmHttp = bind(options.port());
    HttpServer labHttp = bind(options.labPort());
    Optional<HttpServer> tlsHttp = bindTls();
    LabPools pools = new LabPools(store);
    LabDisks disks = new LabDisks(volumes, images, pools);
    Firmware firmware = new Firmware(store, volumes);
    LabVms vms =
        new LabVms(
            store,
            disks,
            machines,
            lifecycle,
            new LabVms.Parts(power, snapshots, tracking, firmware, leftovers));
    if (store.fresh()) {
      Seed.hosts(store, options.cvkAddresses());
      Seed.blockVolumes(volumes, store);
    } else {
      moveHosts();
    }
    setPlatform();
    try {
      controls.refresh();
    } catch (Controls.TakenException e) {
      throw new PortTakenException(e.getMessage(), e);
    }
    if (store.fresh() && options.seed().equals("demo")) {
      Seed.demo(vms);
    }
    if (store.fresh() && options.fleetVms() > 0) {
      new Fleet(store, volumes, images, lifecycle, machines).make(options.fleetVms());
    }
    new Recovery(store, machines, snapshots, tracking, new Quiesce(machines)).run();
    leftovers.baseline();
    CvmServer cvm = cvm(firmware);
    cvm.attach(cvmHttp);
    tlsHttp.ifPresent(cvm::attach);
    lab(pools, disks, vms).attach(labHttp);
    servers.forEach(HttpServer::start);
    publish(cvmHttp, labHttp, tlsHttp);
  }

  private CvmServer cvm(Firmware firmware) {
    Router router = new Router();
    Describe describe = new Describe(store, volumes, options.cvdPort(), machines::hasTools);
    new InventoryCalls(store, volumes, describe, tasks).register(router);
    new VmCalls(store, describe, machines, lifecycle, power, tasks).register(router);
    new HardwareCalls(store, volumes, machines, lifecycle, firmware, tasks).register(router);
    new ModifyCalls(store, machines, lifecycle, firmware, tasks).register(router);
    Copies copies =
        new Copies(
            store,
            volumes,
            machines,
            lifecycle,
            new Copies.Parts(images, tracking, snapshots, power));
    new CopyCalls(store, machines, lifecycle, copies, tasks).register(router);
    ProtectionCalls.Context context =
        new ProtectionCalls.Context(
            tasks, faults, new Quiesce(machines), options.pageLimit(), handles::closeSnapshot);
    new ProtectionCalls(store, machines, snapshots, tracking, guests, context).register(router);
    return new CvmServer(router, logins, faults, journal, options.nativeJson());
  }

  private LabServer lab(LabPools pools, LabDisks disks, LabVms vms) {
    return new LabServer(
        new GuestCalls(store, machines, power, guests),
        new VmEvents(
            store,
            machines,
            lifecycle,
            new VmEvents.Parts(power, snapshots, vms, disks, leftovers)),
        new HostEvents(store, new HighAvailability(store, machines, power), power, controls, pools),
        new RecordCalls(
            store,
            faults,
            machines,
            tracking,
            handles,
            new RecordCalls.Records(journal, usage, leftovers)));
  }

  /** What the command line says of the platform; an old state folder keeps what it does not say. */
  private void setPlatform() {
    store.change(
        s -> {
          s.release = options.release().orElse(s.release.isEmpty() ? NEWEST : s.release);
          s.arch = options.arch().orElse(s.arch);
          return null;
        });
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
    String release = store.read(s -> s.release);
    endpoints.put("release", release);
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
    controls.close();
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
