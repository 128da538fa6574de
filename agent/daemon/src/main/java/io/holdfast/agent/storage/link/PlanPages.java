package io.holdfast.agent.storage.link;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.plan.PlanItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stream's plan, read from the storage agent page by page; the last few are kept. Thread-safe.
 */
final class PlanPages {
  private static final int PAGE_ITEMS = 256;
  private static final int PAGES = 4;

  private final RemoteSession session;
  private final String diskKey;
  private final int stream;
  private final Map<Long, List<PlanItem>> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<PlanItem>> eldest) {
          return size() > PAGES;
        }
      };

  PlanPages(RemoteSession session, String diskKey, int stream) {
    this.session = session;
    this.diskKey = diskKey;
    this.stream = stream;
  }

  /**
   * A planned extent.
   *
   * @throws BackupException NOT_FOUND
   */
  synchronized PlanItem item(long ordinal) {
    long number = ordinal / PAGE_ITEMS;
    List<PlanItem> page = ordinal < 0 ? List.of() : pages.get(number);
    if (page == null) {
      page = session.planItems(diskKey, stream, number * PAGE_ITEMS, PAGE_ITEMS);
      pages.put(number, page);
    }
    int index = Math.floorMod(ordinal, PAGE_ITEMS);
    if (index >= page.size()) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "extent", "id", ordinal);
    }
    return page.get(index);
  }
}
