package io.holdfast.pool.gc;

import io.holdfast.error.BackupException;
import io.holdfast.pool.chunk.ChunkDecoder;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.Features;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.pack.PackReader;
import io.holdfast.pool.pack.PackWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Copies the living records of sparse packs into new packs and condemns the old ones, one new pack
 * at a time. The living records of an old pack all go into one new pack. Not thread-safe; keeps a
 * buffer of a chunk's size. A crash costs the pack being written.
 */
final class PackCompaction implements AutoCloseable {
  private final CollectedPool pool;
  private final PoolScope scope;
  private final Marking marking;
  private final GcSettings settings;
  private final ByteBuffer record;
  private final List<UUID> copied = new ArrayList<>();
  private Optional<PackWriter> writer = Optional.empty();
  private long copiedBytes;
  private long compactedPacks;

  PackCompaction(CollectedPool pool, Marking marking, GcSettings settings) {
    this.pool = pool;
    this.scope = pool.scope();
    this.marking = marking;
    this.settings = settings;
    this.record = ByteBuffer.allocateDirect(ChunkRecord.HEADER_BYTES + scope.chunkBytes());
  }

  long copiedBytes() {
    return copiedBytes;
  }

  long compactedPacks() {
    return compactedPacks;
  }

  /** Compacts packs, in this order, until the budget is spent or the listener stops it. */
  boolean run(List<Integer> packs, GcListener listener) {
    if (packs.isEmpty()) {
      return true;
    }
    pool.requireReadersThatFollow();
    boolean goOn = true;
    for (int pack : packs) {
      if (!goOn || copiedBytes + marking.marks().liveBytes(pack) > settings.copyBudgetBytes()) {
        break;
      }
      copy(pack);
      if (writer.isPresent() && writer.get().position() >= settings.packBytes()) {
        finish();
      }
      goOn = listener.reached(GcListener.Phase.COMPACT, copiedBytes);
    }
    finish();
    return goOn;
  }

  /** A pack with a damaged living record stays as it is: verification deals with it. */
  private void copy(int pack) {
    UUID packId = marking.marks().packId(pack);
    PackWriter into = openWriter();
    long before = into.position();
    boolean sound = false;
    try (PackReader reader = PackReader.open(scope, packId)) {
      sound = copyLiving(pack, reader, into);
    } catch (BackupException unusable) {
      if (scope.files().exists(scope.tree().pack(packId)) && isOfWriting(unusable)) {
        throw unusable;
      }
    }
    if (sound) {
      copied.add(packId);
      copiedBytes += into.position() - before;
    } else {
      into.rollBack(before);
    }
  }

  private static boolean isOfWriting(BackupException failed) {
    return switch (failed.code()) {
      case POOL_FULL, POOL_WRITE_FAILED, INTERRUPTED -> true;
      default -> false;
    };
  }

  private boolean copyLiving(int pack, PackReader reader, PackWriter into) {
    List<PackEntry> entries = reader.directory();
    for (int slot = 0; slot < entries.size(); slot++) {
      if (marking.marks().isAlive(pack, slot)) {
        PackEntry entry = entries.get(slot);
        long length = entry.record().recordBytes();
        if (length > record.capacity()) {
          return false;
        }
        record.clear().limit((int) length);
        if (reader.read(entry.offset(), record) < length
            || ChunkDecoder.check(record.flip(), entry.record().id()).isPresent()) {
          return false;
        }
        into.append(record);
      }
    }
    return true;
  }

  private PackWriter openWriter() {
    if (writer.isEmpty()) {
      UUID packId = newPackId();
      int features = Features.ZSTD | (scope.encrypted() ? Features.ENCRYPTED : 0);
      writer = Optional.of(PackWriter.create(scope, workFile(packId), packId, features));
    }
    return writer.get();
  }

  private Path workFile(UUID packId) {
    return scope.tree().gcWork().resolve(packId + ".pack");
  }

  private UUID newPackId() {
    String name =
        "gc/"
            + (pool.condemnations().generation() + 1)
            + "/"
            + pool.condemnations().nextCompactedPack()
            + "/"
            + scope.epoch();
    ByteBuffer digest =
        ByteBuffer.wrap(Checksums.sha256().digest(name.getBytes(StandardCharsets.US_ASCII)));
    long most = digest.getLong() & ~0xF000L | 0x8000L;
    return new UUID(most, digest.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
  }

  /** The order: pack in place, index, where the old ones' chunks are, condemnation. */
  private void finish() {
    if (writer.isEmpty() || copied.isEmpty()) {
      discard();
      return;
    }
    PackWriter done = writer.get();
    done.finish();
    List<PackEntry> entries = done.entries();
    UUID packId = done.packId();
    discard();
    place(packId);
    pool.packAdded(packId, entries);
    long next = pool.condemnations().generation() + 1;
    List<CondemnedPack> condemned = new ArrayList<>();
    for (UUID old : copied) {
      pool.moved().leaveWord(old, List.of(packId), next);
      condemned.add(CondemnedPack.newBuilder().setPackId(old.toString()).setMoved(true).build());
    }
    pool.checkLease();
    pool.condemnations().condemn(condemned, marking.restorePoints());
    compactedPacks += copied.size();
    copied.clear();
  }

  private void place(UUID packId) {
    Path shard = scope.tree().packShard(packId);
    if (!scope.files().exists(shard)) {
      scope.files().createFolder(shard);
      scope.files().syncFolder(scope.tree().packs());
    }
    scope.files().rename(workFile(packId), scope.tree().pack(packId));
    scope.files().syncFolder(shard);
  }

  private void discard() {
    writer.ifPresent(PackWriter::close);
    writer = Optional.empty();
  }

  @Override
  public void close() {
    discard();
  }
}
