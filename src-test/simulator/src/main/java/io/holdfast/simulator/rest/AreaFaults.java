package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.json.Json;

/**
 * Makes one page of a list of areas wrong in an ordered way: wrong so that it can be seen, or so
 * that only comparing the data can tell. SIM-07.
 */
final class AreaFaults {
  private static final long UNIT = 65536;

  private AreaFaults() {}

  /** The page as the fault wants it; other faults leave it alone. */
  static ObjectNode apply(ObjectNode page, Fault fault, long sizeBytes) {
    ArrayNode areas = (ArrayNode) page.get("areas");
    switch (fault.action()) {
      case "areas-unordered" -> turnAround(areas);
      case "areas-overlap" -> areas.insert(0, overlapping(areas, sizeBytes));
      case "areas-twice" -> areas.addAll(areas.deepCopy());
      case "areas-outside" -> areas.add(area((sizeBytes / UNIT + 16) * UNIT, UNIT));
      case "areas-beyond-end" -> areas.add(area((sizeBytes - 1) / UNIT * UNIT, 4 * UNIT));
      case "areas-negative" -> areas.insert(0, area(-UNIT, UNIT));
      case "areas-empty-area" -> areas.add(area(0, 0));
      case "areas-unaligned" -> areas.insert(0, area(513, 100));
      case "areas-missing" -> leaveOut(areas, fault);
      case "areas-none" -> areas.removeAll();
      case "areas-truncated" -> truncate(page, areas);
      case "areas-skip" -> skip(page, sizeBytes);
      case "areas-loop" -> page.put("more", true).put("next", 0);
      case "areas-garbage" -> areas.add(Json.object().put("offset", "abc").put("length", "?"));
      case "areas-no-list" -> page.remove("areas");
      case "areas-wrong-bitmap" -> page.put("bitmapId", "b0-none");
      case "areas-wrong-granularity" -> page.put("granularity", 0);
      default -> {
        return page;
      }
    }
    return page;
  }

  private static ObjectNode area(long offset, long length) {
    return Json.object().put("offset", offset).put("length", length);
  }

  /** Two areas at least, the later first. */
  private static void turnAround(ArrayNode areas) {
    while (areas.size() < 2) {
      areas.add(area(areas.size() * 2 * UNIT, UNIT));
    }
    JsonNode first = areas.remove(0);
    areas.add(first);
  }

  private static ObjectNode overlapping(ArrayNode areas, long sizeBytes) {
    if (areas.isEmpty()) {
      areas.add(area(0, UNIT));
    }
    long from = areas.get(0).get("offset").asLong();
    return area(from, Math.min(sizeBytes - from, areas.get(0).get("length").asLong() + UNIT));
  }

  /** Every second area, or the one that holds the byte {@code offset}: falsely unchanged. */
  private static void leaveOut(ArrayNode areas, Fault fault) {
    long offset = fault.number("offset", -1);
    for (int i = areas.size() - 1; i >= 0; i--) {
      long from = areas.get(i).get("offset").asLong();
      boolean holds = offset >= from && offset < from + areas.get(i).get("length").asLong();
      if (offset >= 0 ? holds : i % 2 == 0) {
        areas.remove(i);
      }
    }
  }

  /** Half a page that says it is the last although it does not reach the end of the disk. */
  private static void truncate(ObjectNode page, ArrayNode areas) {
    long end = 0;
    for (int i = areas.size() - 1; i >= areas.size() / 2 && i > 0; i--) {
      end = areas.get(i).get("offset").asLong();
      areas.remove(i);
    }
    page.put("next", end == 0 ? UNIT : end).put("more", false);
  }

  /** The next page is said to begin far behind the true place. */
  private static void skip(ObjectNode page, long sizeBytes) {
    boolean more = page.get("more").asBoolean();
    page.put("next", more ? sizeBytes - UNIT : sizeBytes);
  }
}
