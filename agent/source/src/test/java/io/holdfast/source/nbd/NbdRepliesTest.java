package io.holdfast.source.nbd;

import static io.holdfast.toolkit.DiskSourceContract.failureOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.source.DiskFailures;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies byte by byte: what is data, what is an error, what ends the connection. */
@Tag("CAS-09")
class NbdRepliesTest {
  private static final long COOKIE = 42;
  private static final long OFFSET = 1 << 20;

  private final DiskFailures failures = new DiskFailures("disk", "host", 1);
  private final ByteBuffer wire = ByteBuffer.allocate(8192);
  private final byte[] got = new byte[300];
  private NbdRequest request;

  @BeforeEach
  void fillWithWhatIsNoZero() {
    Arrays.fill(got, (byte) 9);
    request = NbdRequest.read(OFFSET, ByteBuffer.wrap(got));
    request.cookie = COOKIE;
  }

  private NbdRepliesTest chunk(boolean last, int type, int length) {
    wire.putInt(0x668e33ef).putShort((short) (last ? 1 : 0)).putShort((short) type);
    wire.putLong(COOKIE).putInt(length);
    return this;
  }

  private NbdRepliesTest data(boolean last, int at, int count, int value) {
    chunk(last, NbdProtocol.REPLY_OFFSET_DATA, 8 + count);
    wire.putLong(OFFSET + at);
    for (int i = 0; i < count; i++) {
      wire.put((byte) value);
    }
    return this;
  }

  private NbdRepliesTest hole(boolean last, int at, int count) {
    chunk(last, NbdProtocol.REPLY_OFFSET_HOLE, 12);
    wire.putLong(OFFSET + at).putInt(count);
    return this;
  }

  /** Reads replies until one is the last word, then ends the request. */
  private void readAll() throws IOException {
    wire.flip();
    NbdReplies replies = new NbdReplies(this::receive, c -> c == COOKIE ? request : null, failures);
    NbdRequest finished = null;
    while (finished == null) {
      finished = replies.next(true);
    }
    finished.finish(failures);
  }

  private void receive(ByteBuffer into) throws IOException {
    if (into.remaining() > wire.remaining()) {
      throw new EOFException();
    }
    int count = into.remaining();
    into.put(wire.slice(wire.position(), count));
    wire.position(wire.position() + count);
  }

  @Test
  void chunksInAnyOrderMakeOneRead() throws Exception {
    data(false, 200, 100, 3).hole(false, 100, 100).data(true, 0, 100, 1).readAll();
    request.done.get();
    byte[] expected = new byte[300];
    Arrays.fill(expected, 0, 100, (byte) 1);
    Arrays.fill(expected, 200, 300, (byte) 3);
    assertArrayEquals(expected, got);
  }

  @Test
  void bytesThatNeverCameAreAShortRead() throws Exception {
    data(false, 0, 100, 1).data(true, 200, 100, 3).readAll();
    BackupException failure = failureOf(request.done);
    assertEquals(ErrorCode.DISK_SHORT_READ, failure.code());
    assertEquals("100", failure.parameters().get("actual"));
  }

  @Test
  void bytesThatCameTwiceDoNotMakeUpForOthers() throws Exception {
    data(false, 0, 200, 1).data(true, 0, 100, 3).readAll();
    assertEquals(ErrorCode.DISK_SHORT_READ, failureOf(request.done).code());
  }

  @Test
  void anEmptyAnswerIsAShortRead() throws Exception {
    chunk(true, NbdProtocol.REPLY_NONE, 0).readAll();
    assertEquals(ErrorCode.DISK_SHORT_READ, failureOf(request.done).code());
  }

  @Test
  void anErrorAfterDataFailsTheReadInTheServersWords() throws Exception {
    byte[] words = "medium 坏块".getBytes(StandardCharsets.UTF_8);
    data(false, 0, 300, 1).chunk(true, 0x8001, 6 + words.length);
    wire.putInt(5).putShort((short) words.length).put(words);
    readAll();
    BackupException failure = failureOf(request.done);
    assertEquals(ErrorCode.DISK_MEDIUM_READ_ERROR, failure.code());
    assertNotEquals(ErrorKind.TRANSIENT, failure.kind());
    assertEquals(String.valueOf(OFFSET), failure.parameters().get("offset"));
    assertTrue(failure.getMessage().contains("EIO (5): medium 坏块"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 108})
  void aServerThatShutsDownOrIsShortOfMemoryMayAnswerLater(int errno) throws Exception {
    wire.putInt(0x67446698).putInt(errno).putLong(COOKIE);
    readAll();
    assertEquals(ErrorKind.TRANSIENT, failureOf(request.done).kind());
  }

  @Test
  void aMediumThatCannotBeWrittenIsNoLostConnection() throws Exception {
    request = NbdRequest.write(OFFSET, ByteBuffer.wrap(got));
    request.cookie = COOKIE;
    wire.putInt(0x67446698).putInt(5).putLong(COOKIE);
    readAll();
    assertEquals(ErrorCode.DISK_MEDIUM_WRITE_ERROR, failureOf(request.done).code());
  }

  @Test
  void aFullStorageIsNamedAsSuch() throws Exception {
    request = NbdRequest.write(OFFSET, ByteBuffer.wrap(got));
    request.cookie = COOKIE;
    wire.putInt(0x67446698).putInt(28).putLong(COOKIE);
    readAll();
    assertEquals(ErrorCode.TARGET_SPACE_EXHAUSTED, failureOf(request.done).code());
  }

  @Test
  void bytesOutsideTheRequestAreAViolation() {
    data(true, 250, 100, 1);
    assertEquals(
        ErrorCode.NBD_PROTOCOL_VIOLATION,
        assertThrows(BackupException.class, this::readAll).code());
  }

  @Test
  void aReplyToNobodyIsAViolation() {
    wire.putInt(0x67446698).putInt(0).putLong(COOKIE + 1);
    assertEquals(
        ErrorCode.NBD_PROTOCOL_VIOLATION,
        assertThrows(BackupException.class, this::readAll).code());
  }

  @Test
  void anUnstructuredReplyToAReadIsAViolation() {
    wire.putInt(0x67446698).putInt(0).putLong(COOKIE).put(new byte[300]);
    assertEquals(
        ErrorCode.NBD_PROTOCOL_VIOLATION,
        assertThrows(BackupException.class, this::readAll).code());
  }
}
