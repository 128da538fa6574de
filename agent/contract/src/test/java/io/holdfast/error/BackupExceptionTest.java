package io.holdfast.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BackupExceptionTest {
  /** An exception as gRPC has them: serialisable by its class, not by what it holds. */
  private static final class Unserialisable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings({"serial", "unused"})
    private final Object held = new Object();
  }

  @Test
  @Tag("JOB-09")
  void theBatchEngineCanKeepAnErrorWhateverCausedIt() throws Exception {
    BackupException error =
        BackupException.causedBy(
            new Unserialisable(), ErrorCode.AGENT_UNREACHABLE, "agent", "a1", "cause", "reset");
    error.addSuppressed(new Unserialisable());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(error);
    }

    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      BackupException kept = assertInstanceOf(error.getClass(), in.readObject());
      assertEquals(error.code(), kept.code());
      assertEquals(error.getMessage(), kept.getMessage());
      assertEquals(error.getStackTrace().length, kept.getStackTrace().length);
      assertNull(kept.getCause());
    }
  }
}
