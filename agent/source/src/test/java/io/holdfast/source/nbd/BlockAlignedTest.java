package io.holdfast.source.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.toolkit.Seed;
import io.holdfast.toolkit.SeededBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests on a server of 4 KiB blocks against a plain array as model. */
class BlockAlignedTest {
  private static final int BLOCK_BYTES = 4096;

  /** A server that takes whole blocks only, the short last one excepted. */
  private static final class Blocks {
    final byte[] bytes;

    Blocks(int sizeBytes) {
      bytes = new SeededBytes(Seed.ofRun()).bytes(0, sizeBytes);
    }

    private void requireAligned(long offset, long length) {
      assertEquals(0, offset % BLOCK_BYTES, "offset " + offset);
      if (offset + length != bytes.length) {
        assertEquals(0, length % BLOCK_BYTES, "length " + length);
      }
    }

    CompletableFuture<Void> read(long offset, ByteBuffer into) {
      return later(
          () -> {
            requireAligned(offset, into.remaining());
            into.put(bytes, (int) offset, into.remaining());
          });
    }

    CompletableFuture<Void> write(long offset, ByteBuffer from) {
      return later(
          () -> {
            requireAligned(offset, from.remaining());
            from.get(bytes, (int) offset, from.remaining());
          });
    }

    CompletableFuture<Void> zero(long offset, long length) {
      return later(
          () -> {
            requireAligned(offset, length);
            Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
          });
    }

    private static CompletableFuture<Void> later(Runnable work) {
      return CompletableFuture.runAsync(work);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16 * BLOCK_BYTES, 16 * BLOCK_BYTES + 512, 700})
  @Tag("RST-06")
  void behavesLikeAPlainDisk(int sizeBytes) throws Exception {
    Blocks server = new Blocks(sizeBytes);
    BlockAligned disk = new BlockAligned(BLOCK_BYTES, sizeBytes, server::read, server::write);
    byte[] model = server.bytes.clone();
    Random random = new Random(Seed.ofRun().value());
    for (int i = 0; i < 400; i++) {
      int offset = random.nextInt(sizeBytes);
      int length = random.nextInt(Math.min(sizeBytes - offset, 3 * BLOCK_BYTES) + 1);
      switch (random.nextInt(3)) {
        case 0 -> {
          byte[] got = new byte[length];
          disk.read(offset, ByteBuffer.wrap(got)).get(10, TimeUnit.SECONDS);
          assertArrayEquals(Arrays.copyOfRange(model, offset, offset + length), got);
        }
        case 1 -> {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          ByteBuffer from = ByteBuffer.wrap(bytes);
          disk.write(offset, from).get(10, TimeUnit.SECONDS);
          assertEquals(0, from.remaining());
          System.arraycopy(bytes, 0, model, offset, length);
        }
        default -> {
          disk.zero(offset, length, server::zero).get(10, TimeUnit.SECONDS);
          Arrays.fill(model, offset, offset + length, (byte) 0);
        }
      }
      assertArrayEquals(model, server.bytes, Seed.ofRun() + ", step " + i);
    }
  }

  @Test
  @Tag("RST-06")
  void neighboursInOneBlockDoNotOverwriteEachOther() throws Exception {
    int sizeBytes = 8 * BLOCK_BYTES;
    Blocks server = new Blocks(sizeBytes);
    BlockAligned disk = new BlockAligned(BLOCK_BYTES, sizeBytes, server::read, server::write);
    byte[] expected = new SeededBytes(Seed.ofRun().with(1)).bytes(0, sizeBytes);
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (int at = 0; at < sizeBytes; at += 512) {
      writes.add(disk.write(at, ByteBuffer.wrap(expected, at, 512).slice()));
    }
    for (CompletableFuture<Void> write : writes) {
      write.get(10, TimeUnit.SECONDS);
    }
    assertArrayEquals(expected, server.bytes);
  }

  @Test
  @Tag("RST-06")
  void writesZerosInPiecesWhereTheServerKnowsNoZeroing() throws Exception {
    int sizeBytes = 9 * BLOCK_BYTES + 512;
    Blocks server = new Blocks(sizeBytes);
    BlockAligned disk = new BlockAligned(BLOCK_BYTES, sizeBytes, server::read, server::write);
    byte[] expected = server.bytes.clone();
    Arrays.fill(expected, 100, sizeBytes, (byte) 0);
    disk.writeZeros(100, sizeBytes - 100, 2 * BLOCK_BYTES).get(10, TimeUnit.SECONDS);
    assertArrayEquals(expected, server.bytes);
  }
}
