package io.holdfast.batch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-10")
@Tag("OPT-11")
class PendingExtentTest {
  private static final Receipt RECEIPT = new Receipt(0, 1, 1, 0, 1, 1, 1);
  private static final int LOOKS = (int) PendingExtent.LIMIT.toSeconds();

  private final CompletableFuture<Receipt> call = new CompletableFuture<>();
  private final PendingExtent pending =
      new PendingExtent(new ExtentItem(0, 0, 1, 1), ExtentChannel.answer(call, receipt -> receipt));

  /** Every look takes a millisecond and counts as the second it stands for. */
  private static final class Looks implements TransferPatience {
    private final IntPredicate over;
    private final IntPredicate heldBack;
    private Optional<Duration> holding = Optional.empty();
    private int count;

    private Looks(IntPredicate over, IntPredicate heldBack) {
      this.over = over;
      this.heldBack = heldBack;
    }

    @Override
    public Duration wait(Duration look) {
      return Duration.ofMillis(1);
    }

    @Override
    public boolean isOver() {
      count++;
      return over.test(count);
    }

    @Override
    public Optional<Duration> mayHoldBack() {
      return heldBack.test(count) ? holding : Optional.of(Duration.ZERO);
    }
  }

  @Test
  void anAgentThatDoesNotAnswerIsGivenUpAndTheCallEnded() {
    Looks looks = new Looks(look -> false, look -> false);
    BackupException late = assertThrows(BackupException.class, () -> pending.await(looks));
    assertEquals(ErrorCode.AGENT_TIMEOUT, late.code());
    assertEquals(LOOKS, looks.count);
    assertTrue(call.isCancelled());
  }

  @Test
  void noTimeLimitRunsWhileASpeedLimitMayHoldTheExtentBack() {
    int held = 5 * LOOKS;
    Looks looks =
        new Looks(
            look -> {
              if (look == held + LOOKS - 1) {
                call.complete(RECEIPT);
              }
              return false;
            },
            look -> look <= held);
    assertSame(RECEIPT, pending.await(looks));
  }

  @Test
  void theTimeLimitBeginsAnewWhenTheSpeedLimitIsLifted() {
    Looks looks = new Looks(look -> false, look -> look <= 2 * LOOKS);
    BackupException late = assertThrows(BackupException.class, () -> pending.await(looks));
    assertEquals(ErrorCode.AGENT_TIMEOUT, late.code());
    assertEquals(3 * LOOKS, looks.count);
  }

  @Test
  void anAgentThatHangsUnderALimitThatLetsSomethingPassIsGivenUp() {
    Looks looks = new Looks(look -> false, look -> true);
    looks.holding = Optional.of(Duration.ofSeconds(70));
    BackupException late = assertThrows(BackupException.class, () -> pending.await(looks));
    assertEquals(ErrorCode.AGENT_TIMEOUT, late.code());
    assertEquals(LOOKS + 70, looks.count);
    assertTrue(call.isCancelled());
  }

  @Test
  @Tag("JOB-02")
  void aStopEndsTheWaitingForAnyAnswer() {
    CompletableFuture<Integer> asked = new CompletableFuture<>();
    BackupException stopped =
        assertThrows(
            BackupException.class,
            () ->
                PendingAnswer.await(
                    ExtentChannel.answer(asked, value -> value + 1),
                    new Looks(look -> look == 3, look -> false)));
    assertEquals(ErrorCode.INTERRUPTED, stopped.code());
    assertTrue(asked.isCancelled());
  }

  @Test
  @Tag("JOB-02")
  void aStopEndsTheWaitingForWhatIsHeld() {
    Looks looks = new Looks(look -> look == 3, look -> true);
    BackupException stopped = assertThrows(BackupException.class, () -> pending.await(looks));
    assertEquals(ErrorCode.INTERRUPTED, stopped.code());
    assertTrue(call.isCancelled());
  }

  @Test
  void whatTheAgentSaysComesThrough() {
    call.completeExceptionally(BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", "s"));
    BackupException said =
        assertThrows(
            BackupException.class, () -> pending.await(new Looks(look -> false, look -> false)));
    assertEquals(ErrorCode.SESSION_NOT_OPEN, said.code());
  }
}
