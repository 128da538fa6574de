package io.holdfast.source.file;

import com.sun.nio.file.ExtendedOpenOption;
import io.holdfast.file.DirectIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes, and reads again, whole blocks past the page cache: a restored disk is larger than memory
 * and nobody but a comparison reads it soon, and filling the cache with it costs several times the
 * processor time of decoding it. Durable only after the file was synced, as any other write.
 * Thread-safe.
 */
final class DirectBlocks implements AutoCloseable {
  private static final int MAX_BLOCK_BYTES = 1 << 16;

  private final FileChannel channel;
  private final int blockBytes;

  private DirectBlocks(FileChannel channel, int blockBytes) {
    this.channel = channel;
    this.blockBytes = blockBytes;
  }

  /** Opens a file a second time for this purpose; empty where it would not help or cannot be. */
  static Optional<DirectBlocks> on(Path file) {
    try {
      OptionalInt block = DirectIo.blockBytes(Files.getFileStore(file), MAX_BLOCK_BYTES);
      if (block.isEmpty()) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.READ, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
      return Optional.of(new DirectBlocks(channel, block.getAsInt()));
    } catch (IOException | UnsupportedOperationException unknown) {
      return Optional.empty();
    }
  }

  /**
   * Writes the remaining bytes if offset, length and address are whole blocks.
   *
   * @return false when they are not, or when it failed: then the position is where it was and the
   *     caller writes through the page cache, which says what is wrong
   */
  boolean write(long offset, ByteBuffer from) {
    return moved(offset, from, (bytes, at) -> channel.write(bytes, at));
  }

  /** Fills the remaining bytes; as {@link #write}, and false at the end of the file. */
  boolean read(long offset, ByteBuffer into) {
    return moved(offset, into, (bytes, at) -> channel.read(bytes, at));
  }

  private boolean moved(long offset, ByteBuffer bytes, Move move) {
    if (!bytes.isDirect()
        || offset % blockBytes != 0
        || bytes.remaining() % blockBytes != 0
        || bytes.alignmentOffset(bytes.position(), blockBytes) != 0) {
      return false;
    }
    ByteBuffer rest = bytes.duplicate();
    try {
      for (long at = offset; rest.hasRemaining(); ) {
        int count = move.move(rest, at);
        if (count < 0) {
          return false;
        }
        at += count;
      }
    } catch (IOException | IllegalArgumentException refused) {
      return false;
    }
    bytes.position(bytes.limit());
    return true;
  }

  private interface Move {
    int move(ByteBuffer bytes, long offset) throws IOException;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException nothingToSave) {
      // Durability is the business of a sync; a close that fails loses nothing that was promised.
    }
  }
}
