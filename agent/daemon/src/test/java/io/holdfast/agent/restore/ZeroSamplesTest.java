package io.holdfast.agent.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.model.ByteRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RST-02")
class ZeroSamplesTest {
  private static final long MIB = 1 << 20;
  private static final int SAMPLE = ZeroSamples.SAMPLE_BYTES;

  private static ByteRange range(long offset, long length) {
    return new ByteRange(offset, length);
  }

  @Test
  void aSmallGapIsReadAsAWhole() {
    List<ByteRange> samples =
        ZeroSamples.of(MIB, List.of(range(512 << 10, 512 << 10), range(0, 256 << 10)));
    assertEquals(4 + 1, samples.size());
    for (int i = 0; i < 4; i++) {
      assertEquals(range((256 << 10) + (long) i * SAMPLE, SAMPLE), samples.get(i));
    }
  }

  @Test
  void aFullDiskHasNone() {
    assertEquals(List.of(), ZeroSamples.of(MIB, List.of(range(0, MIB))));
  }

  @Test
  void aLargeEmptyDiskIsLookedAtAtItsStartAtItsUnalignedEndAndEvenlyBetween() {
    long size = (1L << 40) + 512;
    List<ByteRange> samples = ZeroSamples.of(size, List.of());
    assertTrue(samples.size() <= ZeroSamples.MOST + 1, "" + samples.size());
    assertTrue(samples.size() > ZeroSamples.MOST / 2, "" + samples.size());
    assertEquals(range(0, SAMPLE), samples.get(0));
    assertEquals(size, samples.get(samples.size() - 1).end());
  }

  @Test
  void manySmallGapsAreSampledWithinThemAndWithinTheLimit() {
    List<ByteRange> written = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      written.add(range(i * MIB, MIB - 4096));
    }
    List<ByteRange> samples = ZeroSamples.of(10_000 * MIB, written);
    assertTrue(samples.size() <= ZeroSamples.MOST + 1, "" + samples.size());
    for (ByteRange sample : samples) {
      assertTrue(sample.offset() % MIB >= MIB - 4096, "" + sample);
      assertTrue(sample.end() <= (sample.offset() / MIB + 1) * MIB, "" + sample);
    }
  }
}
