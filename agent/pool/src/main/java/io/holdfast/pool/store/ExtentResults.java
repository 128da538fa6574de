package io.holdfast.pool.store;

import io.holdfast.pool.journal.ExtentRecord;
import io.holdfast.pool.plan.PlanItem;

/** Counts what became of an extent. */
final class ExtentResults {
  private ExtentResults() {}

  static ExtentResult of(PlanItem item, SpanChunks chunks, ExtentRecord record, boolean replayed) {
    long zeroBytes = 0;
    int newChunks = 0;
    long newBytes = 0;
    int knownChunks = 0;
    long knownBytes = 0;
    for (int i = 0; i < record.chunks().size(); i++) {
      int length = chunks.length(i);
      switch (record.chunks().get(i).state()) {
        case ZERO -> zeroBytes += length;
        case STORED -> {
          newChunks++;
          newBytes += length;
        }
        case KNOWN -> {
          knownChunks++;
          knownBytes += length;
        }
        case BASE -> {}
      }
    }
    return new ExtentResult(
        record.ordinal(),
        item.readBytes(),
        zeroBytes,
        record.storedBytes(),
        record.chunks().size(),
        newChunks,
        newBytes,
        knownChunks,
        knownBytes,
        replayed);
  }
}
