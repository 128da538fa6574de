package io.holdfast.agent.storage.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.protocol.PoolHandle;
import io.holdfast.agent.protocol.StorageAddress;
import io.holdfast.agent.protocol.StorageDone;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls to a storage agent that nobody answers. */
@Tag("OPT-08")
class LinkCallsTest {

  private static int portOfNobody() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return taken.getLocalPort();
    }
  }

  @Test
  void aCallThatWaitsToBeSentAgainFailsWhenTheSessionEnds() throws Exception {
    StorageAddress address =
        StorageAddress.newBuilder()
            .setAgentId("store-1")
            .setName("Store")
            .setAddress("127.0.0.1")
            .setPort(portOfNobody())
            .build();
    CurrentIdentity identity = new CurrentIdentity(new TestAuthority().identity("host-1", "agent"));
    CompletableFuture<StorageDone> answer;
    try (StorageLink link = new StorageLink(address, identity, "Host")) {
      LinkCalls calls = new LinkCalls(link, Duration.ofMinutes(10));
      answer = calls.askLater(StorageGrpc.getKeepPoolMethod(), PoolHandle.getDefaultInstance());
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!calls.isWaiting() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertTrue(calls.isWaiting());
      assertFalse(answer.isDone());

      calls.end();
    }

    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
    BackupException error = assertInstanceOf(BackupException.class, failed.getCause());
    assertEquals(ErrorCode.STORAGE_UNREACHABLE, error.code());
  }
}
