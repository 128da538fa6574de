package io.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/**
 * What no backup on this machine can beat: SHA-256 and LZ4 of all chunks of an image that hold
 * data, on two threads, straight from the page cache, nothing read, written or looked up. One round
 * warms the compiler up and is not counted.
 */
final class Ceiling {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int THREADS = 2;
  private static final int MAP_CHUNKS = 512;
  private static final int WARM_UP_CHUNKS = 256;

  private Ceiling() {}

  /** What the chunks of an image take. */
  static Shell.Took measure(Path image) {
    try (FileChannel channel = FileChannel.open(image)) {
      List<ByteBuffer> chunks = chunks(channel);
      run(chunks.subList(0, Math.min(WARM_UP_CHUNKS, chunks.size())));
      long begun = System.nanoTime();
      double cpuSeconds = run(chunks);
      return new Shell.Took((System.nanoTime() - begun) / 1e9, cpuSeconds);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static List<ByteBuffer> chunks(FileChannel channel) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    List<ByteBuffer> chunks = new ArrayList<>();
    long span = (long) MAP_CHUNKS * CHUNK_BYTES;
    for (long from = 0; from < channel.size(); from += span) {
      long length = Math.min(span, channel.size() - from);
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, from, length);
      for (int at = 0; at < length; at += CHUNK_BYTES) {
        ByteBuffer chunk = map.slice(at, (int) Math.min(CHUNK_BYTES, length - at));
        if (!chunk.equals(zeros.slice(0, chunk.remaining()))) {
          chunks.add(chunk);
        }
      }
    }
    return chunks;
  }

  private static double run(List<ByteBuffer> chunks) {
    AtomicInteger next = new AtomicInteger();
    AtomicLong cpuNanos = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread =
          new Thread(
              () -> {
                work(chunks, next);
                cpuNanos.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
              },
              "ceiling-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
    return cpuNanos.get() / 1e9;
  }

  private static void work(List<ByteBuffer> chunks, AtomicInteger next) {
    LZ4Compressor compressor = LZ4Factory.nativeInstance().fastCompressor();
    ByteBuffer compressed = ByteBuffer.allocateDirect(compressor.maxCompressedLength(CHUNK_BYTES));
    byte[] id = new byte[32];
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = next.getAndIncrement(); i < chunks.size(); i = next.getAndIncrement()) {
        ByteBuffer chunk = chunks.get(i);
        digest.update(chunk.duplicate());
        digest.digest(id, 0, id.length);
        compressor.compress(chunk, 0, chunk.limit(), compressed, 0, compressed.capacity());
      }
    } catch (NoSuchAlgorithmException | DigestException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
