package io.holdfast.batch.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RunningTransfersTest {
  private final UUID task = UUID.randomUUID();
  private final RunningTransfers transfers = new RunningTransfers();

  @Test
  @Tag("OPT-05")
  @Tag("OPT-06")
  void onlySoManyDisksHaveTheirTurn() {
    transfers.begin(task, 2);
    assertTrue(transfers.takeTurn(task, 0));
    assertTrue(transfers.takeTurn(task, 0), "a second stream of a disk that has its turn");
    assertTrue(transfers.takeTurn(task, 1));
    assertFalse(transfers.takeTurn(task, 2));
    transfers.giveTurn(task, 0);
    assertFalse(transfers.takeTurn(task, 2), "one stream of disk 0 is still at work");
    transfers.giveTurn(task, 0);
    assertTrue(transfers.takeTurn(task, 2));
    assertFalse(transfers.takeTurn(task, 0));
  }

  @Test
  void whatIsToldConcernsOneTask() {
    UUID other = UUID.randomUUID();
    transfers.begin(task, 1);
    transfers.begin(other, 1);
    transfers.failed(task);
    transfers.stop(other);
    assertTrue(transfers.hasFailed(task));
    assertFalse(transfers.hasFailed(other));
    assertTrue(transfers.isStopped(other));
    assertFalse(transfers.isStopped(task));
    transfers.begin(task, 1);
    assertFalse(transfers.hasFailed(task), "a new attempt begins with a clean sheet");
  }
}
