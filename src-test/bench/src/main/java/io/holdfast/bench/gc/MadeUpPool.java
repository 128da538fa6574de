package io.holdfast.bench.gc;

import com.google.protobuf.ByteString;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.map.DiskMapWriter;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;

/**
 * A pool as garbage collection sees it: true manifests and maps, packs whose records are holes.
 * Each VM has chunks of its own; in each of its restore points one chunk in a hundred has moved.
 */
final class MadeUpPool {
  private static final UUID POOL_ID = new UUID(0x6c, 0x6c);
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int STORED_BYTES = 600_000;
  private static final int CHUNKS_PER_PACK = 100;
  private static final int ENTRY_BYTES = 52;
  private static final int FOOTER_BYTES = 32;
  private static final int MOVED_ONE_IN = 100;

  private final PoolScope scope;
  private final Path folder;
  private final int vms;
  private final long chunksPerVm;
  private long entries;

  MadeUpPool(Path folder, long chunks, int vms) {
    this.folder = folder;
    this.vms = vms;
    this.chunksPerVm = chunks / vms / CHUNKS_PER_PACK * CHUNKS_PER_PACK;
    this.scope =
        new PoolScope(new LocalFiles(folder), new PoolTree(folder), POOL_ID, CHUNK_BYTES, 1);
  }

  long chunks() {
    return chunksPerVm * vms;
  }

  long packs() {
    return chunks() / CHUNKS_PER_PACK;
  }

  long entries() {
    return entries;
  }

  /** Makes everything. */
  void make(int restorePointsPerVm) throws IOException {
    PoolSettings settings = new PoolSettings(POOL_ID, "gc", CHUNK_BYTES, PoolKind.STANDARD);
    FolderPool.create(folder, settings, Clock.systemUTC()).close();
    for (int shard = 0; shard < 256; shard++) {
      Files.createDirectories(scope.tree().packs().resolve("%02x".formatted(shard)));
    }
    for (long pack = 0; pack < packs(); pack++) {
      writePack(pack);
    }
    for (int vm = 0; vm < vms; vm++) {
      for (int point = 0; point < restorePointsPerVm; point++) {
        writeRestorePoint(vm, point);
      }
    }
  }

  private static UUID packId(long pack) {
    long mixed = pack * 0x9E3779B97F4A7C15L;
    return new UUID(mixed & ~0xF000L | 0x8000L, pack & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
  }

  private static ChunkId chunkId(long chunk) {
    long mixed = chunk * 0x9E3779B97F4A7C15L;
    return new ChunkId(mixed, chunk, ~mixed, ~chunk);
  }

  private static long offset(int slot) {
    return FileHeader.BYTES + (long) slot * (ChunkRecord.HEADER_BYTES + STORED_BYTES);
  }

  private void writePack(long pack) throws IOException {
    UUID id = packId(pack);
    ByteBuffer header = ByteBuffer.allocate(FileHeader.BYTES);
    FileHeader.of(FileKind.PACK, scope, id, CHUNK_BYTES).write(header);
    try (FileChannel file =
        FileChannel.open(
            scope.tree().pack(id),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      file.write(header.flip(), 0);
      file.write(tail(pack), offset(CHUNKS_PER_PACK));
    }
  }

  /** Directory and footer, as the format's description has them. */
  private static ByteBuffer tail(long pack) {
    int length = 8 + CHUNKS_PER_PACK * ENTRY_BYTES;
    ByteBuffer tail = ByteBuffer.allocate(length + FOOTER_BYTES);
    tail.putInt(0x48464452).putInt(CHUNKS_PER_PACK);
    for (int slot = 0; slot < CHUNKS_PER_PACK; slot++) {
      chunkId(pack * CHUNKS_PER_PACK + slot).write(tail);
      tail.putInt((int) offset(slot)).putInt(STORED_BYTES).putInt(CHUNK_BYTES);
      tail.putInt(0x01000000).putInt(0);
    }
    tail.putLong(offset(CHUNKS_PER_PACK)).putInt(length).putInt(CHUNKS_PER_PACK);
    tail.putInt(Checksums.crc32c(tail, 0, length));
    tail.putInt(0).putInt(0x48465046);
    tail.putInt(Checksums.crc32c(tail, length, length + 28));
    return tail.flip();
  }

  private void writeRestorePoint(int vm, int point) {
    UUID id = new UUID(vm, point);
    scope.files().createFolder(scope.tree().maps(id));
    Random random = new Random(31L * vm + point);
    long size = chunksPerVm * CHUNK_BYTES;
    DiskMapWriter.Written written;
    try (DiskMapWriter map = DiskMapWriter.create(scope, id, 0, size)) {
      for (long chunk = 0; chunk < chunksPerVm; chunk++) {
        long from = random.nextInt(MOVED_ONE_IN) == 0 ? random.nextInt((int) chunksPerVm) : chunk;
        addEntry(map, chunk, vm * chunksPerVm + from);
      }
      written = map.finish();
    }
    entries += chunksPerVm;
    ManifestFile.write(
        scope,
        Manifest.newBuilder()
            .setRestorePointId(id.toString())
            .setChunkBytes(CHUNK_BYTES)
            .addDisks(
                ManifestDisk.newBuilder()
                    .setDiskKey("vda")
                    .setSizeBytes(size)
                    .setMapBytes(written.lengthBytes())
                    .setMapSha256(ByteString.copyFrom(HexFormat.of().parseHex(written.sha256()))))
            .build());
  }

  private static void addEntry(DiskMapWriter map, long chunk, long content) {
    int slot = (int) (content % CHUNKS_PER_PACK);
    map.add(
        new ChunkLocation(
            chunk,
            chunkId(content),
            packId(content / CHUNKS_PER_PACK),
            offset(slot),
            STORED_BYTES,
            CHUNK_BYTES),
        1);
  }
}
