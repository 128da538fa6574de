package io.holdfast.pool.testing;

import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.StreamWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A process that holds a pool in the middle of a backup until it is killed: four extents durable,
 * two more written. Says "holding" when it is there.
 */
public final class PoolHolder {
  public static final UUID SESSION = new UUID(5, 1);
  public static final String DISK = "vda";
  public static final int CHUNK = 1 << 16;

  private PoolHolder() {}

  public static byte[] disk() {
    return DiskImages.mixed(new Random(5), 40 * CHUNK);
  }

  public static void main(String[] args) throws IOException {
    byte[] disk = disk();
    Pool pool = FolderPool.open(Path.of(args[0]), UUID.fromString(args[1]), Clock.systemUTC());
    BackupSession session = pool.beginSession(Backups.full(SESSION, Map.of(DISK, disk)));
    List<PlanItem> plan = Backups.plan(disk.length, CHUNK, Backups.whole(disk));
    session.storePlan(DISK, Gap.ZERO, List.of(plan));
    StreamWriter writer = session.stream(DISK, 0);
    for (int ordinal = 0; ordinal < 6; ordinal++) {
      Backups.transfer(writer, ordinal, disk);
      if (ordinal == 3) {
        writer.sync();
      }
    }
    System.out.println("holding");
    System.out.flush();
    if (System.in.read() < 0) {
      pool.close();
    }
  }
}
