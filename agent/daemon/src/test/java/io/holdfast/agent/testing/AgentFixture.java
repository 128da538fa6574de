package io.holdfast.agent.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform with one VM and an agent of its own, as tests of backups and of restores want them.
 *
 * @param <D> what drives the agent's sessions
 */
public abstract class AgentFixture<D> {
  protected static final int MIB = 1 << 20;

  /** With what must be quoted somewhere, or must not become a path. */
  protected static final String VM_NAME = "vm-\"虚拟机\" 'ü' ../1";

  protected final UUID poolId = UUID.randomUUID();
  protected final CountingTransport transport = new CountingTransport();
  protected final Seed seed = Seed.ofRun();
  protected Path folder;
  protected TestPlatform platform;
  protected TestVm vm;
  protected TestAgent agent;
  protected D driver;

  /** What drives an agent that was just started. */
  protected abstract D driverOf(TestAgent started);

  @BeforeEach
  final void startAgent(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm(VM_NAME);
    restart();
  }

  /** Ends the agent, as a crash would, and starts it anew on the same state. */
  protected final void restart() {
    if (agent != null) {
      agent.close();
    }
    agent = new TestAgent(folder, platform, transport, poolId);
    driver = driverOf(agent);
  }

  @AfterEach
  final void stopAgent() {
    agent.close();
    assertEquals(0, platform.openConnections(), "platform connections left open");
  }

  /** A disk of the VM with data and holes. */
  protected final TestDisk disk(String device, long sizeBytes, long salt) {
    return vm.addDisk(folder, device, DiskPattern.holed(sizeBytes, seed.with(salt)));
  }

  protected static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }
}
