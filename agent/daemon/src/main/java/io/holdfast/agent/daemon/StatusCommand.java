package io.holdfast.agent.daemon;

import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says who this agent is and whether it runs; exit code 0 when it runs, 1 when not. */
@Command(name = "status", description = "Show who this agent is and whether it runs.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private StateOption state;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    StateFolder folder = state.open();
    PrintWriter out = spec.commandLine().getOut();
    boolean running = isRunning(folder);
    out.println("agent:       " + folder.get("agent.id").orElse("not enrolled"));
    out.println("server:      " + folder.get("server").orElse("none"));
    Optional<Identity> identity = Identity.load(folder);
    out.println(
        "certificate: "
            + identity
                .map(known -> "until " + known.certificate().getNotAfter().toInstant())
                .orElse("none"));
    out.println("process:     " + (running ? "running" : "stopped"));
    folder
        .read("connection.txt")
        .map(text -> new String(text, StandardCharsets.UTF_8).strip())
        .ifPresent(text -> out.println("contact:     " + text));
    return running ? 0 : 1;
  }

  private static boolean isRunning(StateFolder folder) throws IOException {
    Optional<FileLock> lock = folder.tryLock();
    if (lock.isEmpty()) {
      return true;
    }
    lock.get().acquiredBy().close();
    return false;
  }
}
