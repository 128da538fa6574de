package io.holdfast.agent.protocol.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ErrorTrailerTest {

  @Test
  void codeAndParametersOfAWrappedErrorSurviveTheWire() {
    StatusRuntimeException sent =
        ErrorTrailer.toStatus(
            new CompletionException(
                BackupException.of(ErrorCode.DATA_PORT_UNREACHABLE, "host", "10.1.2.3")));

    BackupException read =
        ErrorTrailer.toException(sent, ErrorCode.AGENT_UNREACHABLE, Map.of("agent", "a"));

    assertEquals(Status.Code.UNAVAILABLE, sent.getStatus().getCode());
    assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, read.code());
    assertEquals(Map.of("host", "10.1.2.3"), read.parameters());
  }

  @Test
  void aFailureWithoutTrailerIsTheTransportsOwn() {
    BackupException gone =
        ErrorTrailer.toException(
            Status.UNAVAILABLE.asRuntimeException(),
            ErrorCode.AGENT_UNREACHABLE,
            Map.of("agent", "a"));
    BackupException late =
        ErrorTrailer.toException(
            Status.DEADLINE_EXCEEDED.asRuntimeException(), ErrorCode.AGENT_UNREACHABLE, Map.of());

    assertEquals(ErrorCode.AGENT_UNREACHABLE, gone.code());
    assertEquals("a", gone.parameters().get("agent"));
    assertEquals(ErrorCode.AGENT_TIMEOUT, late.code());
  }

  @Test
  void whatIsNoErrorOfOursIsInternalAndTellsOnlyItsClass() {
    BackupException read =
        ErrorTrailer.toException(
            ErrorTrailer.toStatus(new IllegalStateException("secret text")),
            ErrorCode.AGENT_UNREACHABLE,
            Map.of());

    assertEquals(ErrorCode.INTERNAL_ERROR, read.code());
    assertEquals("IllegalStateException", read.parameters().get("what"));
  }

  @Test
  void anAgentThatDoesNotKnowItsNameIsNamedByWhoAsked() {
    BackupException got =
        ErrorTrailer.toException(
            ErrorTrailer.toStatus(
                BackupException.of(
                    ErrorCode.AGENT_MODULE_MISSING, "agent", "", "module", "nbd", "cause", "c")),
            ErrorCode.AGENT_UNREACHABLE,
            Map.of("agent", "backup-host-1", "operation", "BeginBackup"));
    assertEquals("backup-host-1", got.parameters().get("agent"));
  }
}
