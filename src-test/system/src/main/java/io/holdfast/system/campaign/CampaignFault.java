package io.holdfast.system.campaign;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What goes wrong on the platform while a group of backups runs. All but the last go away by
 * themselves, so that they may cost time and no backup.
 */
enum CampaignFault {
  NONE("", "", Map.of()),
  SERVER_ERROR("GET /vm/.*", "status", Map.of("status", 503)),
  CONNECTION_DROPPED("GET .*", "drop", Map.of()),
  REPLY_LOST("POST /vm/snapshot", "drop-after", Map.of()),
  DELETION_REPLY_LOST("DELETE /vm/snapshot/.*", "drop-after", Map.of()),
  SESSION_EXPIRED(".*", "expire-session", Map.of()),
  SNAPSHOT_BUSY("POST /vm/snapshot", "task-fails", Map.of()),
  REPLY_CORRUPT("GET /vm/.*", "corrupt-reply", Map.of()),
  CONTROL_DROPPED("cvd-control open", "drop", Map.of()),
  DATA_SLOW("data-plane read", "delay", Map.of("ms", 300)),
  DATA_DROPPED("data-plane read", "drop", Map.of()),
  DATA_SHORT("data-plane read", "short-read", Map.of()),
  DATA_GARBLED("data-plane read", "corrupt-reply", Map.of()),
  READ_ERROR("data-plane read", "io-error", Map.of());

  private final String match;
  private final String action;
  private final Map<String, Object> more;

  CampaignFault(String match, String action, Map<String, Object> more) {
    this.match = match;
    this.action = action;
    this.more = more;
  }

  /** What a VM may be refused for because of it, besides what the table of restrictions says. */
  Set<String> excuses() {
    return this == READ_ERROR ? Set.of("DISK_MEDIUM_READ_ERROR") : Set.of();
  }

  /** The lab's words for it: at some call of the next ones, once or twice. */
  Map<String, Object> order(Random random) {
    Map<String, Object> order = new HashMap<>(more);
    order.put("match", match);
    order.put("action", action);
    order.put("nth", 1 + random.nextInt(6));
    order.put("times", 1 + random.nextInt(2));
    return order;
  }
}
