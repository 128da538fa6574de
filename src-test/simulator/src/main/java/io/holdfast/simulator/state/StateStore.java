package io.holdfast.simulator.state;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Keeps {@link CasState} in one JSON file. Every change is in the file (new file, rename) when
 * {@link #change} returns, so a killed simulator finds the state of its last answered call. Nothing
 * is synced: a simulator need not survive its machine. Safe for all threads: one lock around all
 * access.
 */
public final class StateStore {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Path file;
  private final CasState state;
  private final boolean fresh;
  private boolean batching;

  public StateStore(Path folder) throws IOException {
    Files.createDirectories(folder);
    file = folder.resolve("state.json");
    fresh = !Files.exists(file);
    state = fresh ? new CasState() : JSON.readValue(file.toFile(), CasState.class);
  }

  /** Whether no state was there: it wants a seed. */
  public boolean fresh() {
    return fresh;
  }

  /** Reads under the lock; what is returned must not be a part of the state that others change. */
  public synchronized <T> T read(Function<CasState, T> reader) {
    return reader.apply(state);
  }

  /** Changes under the lock and saves. */
  public synchronized <T> T change(Function<CasState, T> change) {
    T result = change.apply(state);
    save();
    return result;
  }

  /** Much to change: saved once, at the end. Others wait meanwhile. */
  public synchronized <T> T batch(Callable<T> work) throws IOException {
    batching = true;
    try {
      return work.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      batching = false;
      save();
    }
  }

  private void save() {
    if (batching) {
      return;
    }
    try {
      writeAtomically(file, JSON.writeValueAsBytes(state));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save " + file, e);
    }
  }

  /** Replaces a file so that a killed process leaves either the old or the new content. */
  public static void writeAtomically(Path target, byte[] content) throws IOException {
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
