package io.holdfast.agent.daemon;

import io.holdfast.error.BackupException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the standalone JAR. Exit codes: 0 done, 1 failed with one sentence, 2 usage. */
@Command(
    name = "holdfast-agent",
    description = "Backup host and storage agent of Holdfast.",
    mixinStandardHelpOptions = true,
    versionProvider = AgentMain.Version.class,
    subcommands = {
      EnrolCommand.class,
      RunCommand.class,
      StatusCommand.class,
      PoolCommand.class,
      VersionCommand.class
    })
public final class AgentMain {

  private AgentMain() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new AgentMain());
    line.setExecutionExceptionHandler(
        (failure, at, parsed) -> {
          at.getErr().println(sentence(failure));
          at.getErr().flush();
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line;
  }

  private static String sentence(Exception failure) {
    return failure instanceof BackupException known
        ? known.code() + ": " + known.message(Locale.getDefault())
        : failure.toString();
  }

  /** Prints the JAR's version. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"holdfast-agent " + HostDescription.version()};
    }
  }
}
