package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DiskAreasTest {
  private static final long GIB = 1L << 30;

  private static DiskDescription disk(long allocatedBytes) {
    return DiskDescription.newBuilder()
        .setDevice("vda")
        .setSizeBytes(20 * GIB)
        .setAllocatedBytes(allocatedBytes)
        .build();
  }

  @Test
  @Tag("OPT-16")
  void anEmptyListOfAreasIsNotBelievedOfADiskThatTakesRoom() {
    ExtentMap nothing = ExtentMap.of(20 * GIB, List.of());
    ExtentMap something = ExtentMap.of(20 * GIB, List.of(Extent.data(0, 65536)));

    assertFalse(DiskAreas.isPlausible(disk(5 * GIB), nothing));
    assertTrue(DiskAreas.isPlausible(disk(5 * GIB), something));
    assertTrue(DiskAreas.isPlausible(disk(3 << 20), nothing), "an empty disk has its tables");
    assertTrue(DiskAreas.isPlausible(disk(-1), nothing), "not told");
  }
}
