package io.holdfast.agent.daemon;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.AccessKey;
import io.holdfast.agent.enrolment.Enroller;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes this host an agent of a server (AGT-05). */
@Command(name = "enrol", description = "Make this host an agent of a backup server.")
final class EnrolCommand implements Callable<Integer> {
  @Mixin private StateOption state;
  @Mixin private EnrolmentOptions enrolment;
  @Mixin private ControlOptions control;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    StateFolder folder = state.open();
    Identity identity = enrol(folder, enrolment, control, Installed.connectors(folder));
    spec.commandLine()
        .getOut()
        .println(
            "Enrolled as agent "
                + folder.agentId()
                + ", certificate valid until "
                + identity.certificate().getNotAfter().toInstant());
    return 0;
  }

  static Identity enrol(
      StateFolder folder, EnrolmentOptions enrolment, ControlOptions control, Connectors parts) {
    AccessKey key =
        enrolment
            .accessKey()
            .orElseThrow(() -> BackupException.of(ErrorCode.FIELD_MISSING, "field", "access-key"));
    ServerAddress server =
        enrolment
            .server(folder)
            .orElseThrow(() -> BackupException.of(ErrorCode.FIELD_MISSING, "field", "server"));
    int port = control.listenOn(folder).getPort();
    HostDescription host = new HostDescription(parts, control.announced(folder, server));
    return new Enroller(folder).enrol(server, key, host.describe(port));
  }
}
