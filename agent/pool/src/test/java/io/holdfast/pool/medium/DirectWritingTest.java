package io.holdfast.pool.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("POOL-01")
class DirectWritingTest {
  private static final int BUSY = 40;

  @TempDir private Path folder;

  /** A pool may stay open for months: what its busiest moment took must not stay with it. */
  @Test
  void aFewBuffersWaitForTheNextFileAndNoMore() throws IOException {
    Optional<DirectWriting> here =
        DirectWriting.on(Files.getFileStore(folder), new MediumErrors(folder));
    assumeTrue(here.isPresent(), "no file system that is written past the cache");
    DirectWriting writing = here.orElseThrow();
    Set<ByteBuffer> first = taken(writing);
    first.forEach(writing::giveStage);

    Set<ByteBuffer> second = taken(writing);

    second.retainAll(first);
    assertEquals(8, second.size());
  }

  private static Set<ByteBuffer> taken(DirectWriting writing) {
    Set<ByteBuffer> result = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < BUSY; i++) {
      result.add(writing.takeStage());
    }
    return result;
  }
}
