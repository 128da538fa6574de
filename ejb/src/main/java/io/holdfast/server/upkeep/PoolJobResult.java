package io.holdfast.server.upkeep;

import io.holdfast.agent.protocol.CollectResult;
import io.holdfast.agent.protocol.VerifyResult;
import io.holdfast.server.database.NamedValues;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Amounts a pool job ended with, by name; those that a kind does not have are 0. Immutable.
 *
 * @param values as stored
 */
public record PoolJobResult(Map<String, String> values) {
  private static final int NAMED_SESSIONS = 20;

  public PoolJobResult {
    values = Map.copyOf(values);
  }

  static PoolJobResult of(CollectResult collected) {
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "restorePoints", collected.getRestorePoints());
    put(values, "packs", collected.getPacks());
    put(values, "packBytes", collected.getPackBytes());
    put(values, "liveBytes", collected.getLiveBytes());
    put(values, "deadBytes", collected.getDeadBytes());
    put(values, "sparseBytes", collected.getSparseBytes());
    put(values, "copiedBytes", collected.getCopiedBytes());
    put(values, "deletedPacks", collected.getDeletedPacks());
    put(values, "freedBytes", collected.getFreedBytes());
    put(values, "waitingPacks", collected.getWaitingPacks());
    put(values, "waitingForReaders", collected.getWaitingForReaders() ? 1 : 0);
    put(values, "leftAlonePacks", collected.getLeftAlonePacks());
    values.put(
        "waitingForSessions",
        String.join(
            ",",
            collected
                .getWaitingForSessionsList()
                .subList(0, Math.min(NAMED_SESSIONS, collected.getWaitingForSessionsCount()))));
    return new PoolJobResult(values);
  }

  static PoolJobResult of(VerifyResult verified) {
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "restorePoints", verified.getRestorePoints());
    put(values, "packs", verified.getPacks());
    put(values, "chunks", verified.getChunks());
    put(values, "checkedBytes", verified.getCheckedBytes());
    put(values, "damagedPlaces", verified.getDamagedPlaces());
    put(values, "hurtPoints", verified.getHurtCount());
    return new PoolJobResult(values);
  }

  private static void put(Map<String, String> values, String name, long amount) {
    values.put(name, Long.toString(amount));
  }

  static PoolJobResult ofText(String text) {
    return new PoolJobResult(NamedValues.read(text));
  }

  String toText() {
    return NamedValues.write(values);
  }

  /** An amount; 0 when there is none of that name. */
  public long amount(String name) {
    String value = values.getOrDefault(name, "0");
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }

  /** What holds up the deletion of packs: ids of backups under way, divided by commas. */
  public String waitingForSessions() {
    return values.getOrDefault("waitingForSessions", "");
  }
}
