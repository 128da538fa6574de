package io.holdfast.pool.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("OPT-01")
class ChunkCodecTest {
  private static final int CHUNK = 1 << 16;
  private final ChunkHasher hasher = new ChunkHasher();

  private static byte[] text() {
    byte[] bytes = new byte[CHUNK];
    Arrays.fill(bytes, (byte) 't');
    return bytes;
  }

  private static byte[] noise() {
    byte[] bytes = new byte[CHUNK];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer encode(Compression compression, ChunkId id, ByteBuffer plain) {
    try (ChunkStage stage = new ChunkStage(compression, CHUNK)) {
      ByteBuffer into = ByteBuffer.allocateDirect(stage.roomBytes() + 5).position(5);
      int length = stage.encode(id, plain, into);
      return into.flip().position(5).slice(5, length);
    }
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void whatIsEncodedComesBackFromHeapAndDirectBuffers(Codec codec) {
    for (byte[] plain : new byte[][] {text(), noise(), {42}}) {
      ByteBuffer direct = ByteBuffer.allocateDirect(plain.length + 3);
      direct.position(3).put(plain, 0, plain.length).position(3);
      for (ByteBuffer source : new ByteBuffer[] {ByteBuffer.wrap(plain), direct}) {
        ChunkId id = hasher.id(source);
        ByteBuffer record = encode(Compression.of(codec), id, source);
        ByteBuffer back = ByteBuffer.allocate(plain.length);

        assertEquals(Optional.empty(), new ChunkDecoder().decode(record, id, back));
        assertArrayEquals(plain, back.array());
      }
    }
  }

  @Test
  void textShrinksAndNoiseIsStoredPlain() {
    ByteBuffer text = ByteBuffer.wrap(text());
    ByteBuffer noise = ByteBuffer.wrap(noise());

    assertTrue(encode(Compression.FAST, hasher.id(text), text).remaining() < CHUNK / 50);
    ByteBuffer record = encode(Compression.FAST, hasher.id(noise), noise);

    assertEquals(ChunkRecord.HEADER_BYTES + CHUNK, record.remaining());
    assertEquals(Codec.NONE.number(), ChunkRecord.read(record, 0).codec());
  }

  @Test
  void anotherChunkInTheRightPlaceIsNotTakenForTheRightOne() {
    ByteBuffer text = ByteBuffer.wrap(text());
    ByteBuffer noise = ByteBuffer.wrap(noise());
    ByteBuffer record = encode(Compression.FAST, hasher.id(text), text);

    assertTrue(
        new ChunkDecoder()
            .decode(record, hasher.id(noise), ByteBuffer.allocate(CHUNK))
            .isPresent());
  }

  @Test
  @Tag("RST-06")
  void aSingleBitIsNotZero() {
    byte[] bytes = new byte[3 * CHUNK + 7];
    assertTrue(ZeroScan.isZero(ByteBuffer.wrap(bytes)));
    for (int at : new int[] {0, CHUNK - 1, CHUNK, 3 * CHUNK, bytes.length - 1, 77_777}) {
      bytes[at] = 1;
      assertFalse(ZeroScan.isZero(ByteBuffer.wrap(bytes)), "byte " + at);
      assertTrue(ZeroScan.isZero(ByteBuffer.wrap(bytes), at + 1, bytes.length));
      assertTrue(ZeroScan.isZero(ByteBuffer.wrap(bytes), 0, at));
      bytes[at] = 0;
    }
  }
}
