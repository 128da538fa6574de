package io.holdfast.agent.daemon;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.transfer.FolderMedium;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.nio.channels.FileLock;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Runs the agent until SIGTERM; enrols first when it is not enrolled and an access key is given.
 */
@Command(name = "run", description = "Run the agent.")
final class RunCommand implements Callable<Integer> {
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
    Identity identity =
        Identity.load(folder)
            .orElseGet(() -> EnrolCommand.enrol(folder, enrolment, control, connectors));
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

  private static void end(AgentProcess process, CountDownLatch ended) {
    process.close();
    ended.countDown();
  }
}
