package io.holdfast.agent.daemon;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.AccessKey;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.transfer.FolderMedium;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import java.nio.channels.FileLock;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Runs the agent until SIGTERM; enrols first when it is not enrolled and an access key is given.
 */
@Command(name = "run", description = "Run the agent.")
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
  private static final int LONGEST_PAUSE_SECONDS = 15;

  @Mixin private StateOption state;
  @Mixin private EnrolmentOptions enrolment;
  @Mixin private ControlOptions control;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    StateFolder folder = state.open();
    LogFile.in(folder.subfolder("log"));
    FileLock lock =
        folder
            .tryLock()
            .orElseThrow(
                () ->
                    BackupException.of(
                        ErrorCode.ALREADY_EXISTS,
                        "what",
                        "agent process",
                        "name",
                        folder.path(),
                        "id",
                        folder.path()));
    Connectors connectors = Installed.connectors(folder);
    Identity identity = identity(folder, connectors);
    ServerAddress server = enrolment.server(folder).orElseThrow();
    folder.set("server", server.toString());
    AgentProcess process =
        new AgentProcess(
            folder,
            connectors,
            new CurrentIdentity(identity),
            new FolderMedium(Clock.systemUTC()),
            Clock.systemUTC());
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, ended), "holdfast-stop"));
    try {
      process.start(server, control.listenOn(folder), control.announced(folder, server));
    } catch (BackupException failed) {
      process.close();
      throw failed;
    }
    spec.commandLine().getOut().println("Agent " + folder.agentId() + " runs");
    spec.commandLine().getOut().flush();
    ended.await();
    return lock.isValid() ? 0 : 1;
  }

  /** The kept identity; a new one when there is none, or the key given is of another server. */
  private Identity identity(StateFolder folder, Connectors connectors) throws InterruptedException {
    Optional<AccessKey> key = enrolment.accessKey();
    Instant now = Clock.systemUTC().instant();
    Optional<Identity> kept =
        Identity.load(folder)
            .filter(known -> key.isEmpty() || (known.isOf(key.get()) && known.validAt(now)));
    for (int pause = 1; kept.isEmpty(); pause = Math.min(2 * pause, LONGEST_PAUSE_SECONDS)) {
      try {
        kept = Optional.of(EnrolCommand.enrol(folder, enrolment, control, connectors));
      } catch (BackupException failed) {
        if (failed.kind() != ErrorKind.TRANSIENT) {
          throw failed;
        }
        LOG.warn("{} Trying again in {} s", failed.getMessage(), pause);
        TimeUnit.SECONDS.sleep(pause);
      }
    }
    return kept.get();
  }

  private static void end(AgentProcess process, CountDownLatch ended) {
    process.close();
    ended.countDown();
  }
}
