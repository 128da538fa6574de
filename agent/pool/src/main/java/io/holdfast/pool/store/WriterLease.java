package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.error.CorruptionException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.document.LeaseDocument;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.medium.PoolFiles.FileLease;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/**
 * The right to write a pool: an operating system lock and an epoch. Held by one process at a time;
 * gone with the process, however it ends.
 */
final class WriterLease implements AutoCloseable {
  private static final int FILE_BYTES = 512;

  /** Tag and length of a padding of 128 bytes and more. */
  private static final int PADDING_FRAME_BYTES = 3;

  /** More than were begun since the last restore point was sealed. */
  private static final long EPOCHS_TO_SKIP = 1_000;

  private final PoolScope scope;
  private final FileLease lock;

  private WriterLease(PoolScope scope, FileLease lock) {
    this.scope = scope;
    this.lock = lock;
  }

  /**
   * Takes the lease and raises the epoch.
   *
   * @param unleased the pool with epoch 0
   * @throws BackupException POOL_IN_USE naming who holds it
   */
  static WriterLease take(PoolScope unleased, Clock clock) {
    FileLease lock =
        unleased.files().tryLock(unleased.tree().leaseLock()).orElseThrow(() -> inUse(unleased));
    try {
      long epoch = lastEpoch(unleased) + 1;
      PoolScope scope = unleased.withEpoch(epoch);
      writeLease(scope, document(clock));
      return new WriterLease(scope, lock);
    } catch (RuntimeException failed) {
      lock.close();
      throw failed;
    }
  }

  private static LeaseDocument document(Clock clock) {
    LeaseDocument.Builder document =
        LeaseDocument.newBuilder()
            .setHost(hostName())
            .setProcessId(ProcessHandle.current().pid())
            .setOpenedEpochMillis(clock.millis());
    int missing = FILE_BYTES - DocumentFile.lengthBytes(document.build()) - PADDING_FRAME_BYTES;
    return document.setPadding(ByteString.copyFrom(new byte[Math.max(0, missing)])).build();
  }

  /** A full disk must keep nobody from opening the pool to restore or to make room. */
  private static void writeLease(PoolScope scope, LeaseDocument document) {
    Path file = scope.tree().lease();
    FileHeader header = FileHeader.of(FileKind.LEASE, scope, scope.poolId(), 0);
    try {
      DocumentFile.write(scope.files(), file, header, document);
    } catch (BackupException failed) {
      if (failed.code() != ErrorCode.POOL_FULL || scope.files().length(file) != FILE_BYTES) {
        throw failed;
      }
      DocumentFile.overwrite(scope.files(), file, header, document);
    }
  }

  private static long lastEpoch(PoolScope scope) {
    if (!scope.files().exists(scope.tree().lease())) {
      return 0;
    }
    try {
      return readLease(scope).header().epoch();
    } catch (CorruptionException damaged) {
      return lastSealedEpoch(scope) + EPOCHS_TO_SKIP;
    }
  }

  /** What is left to go by when the lease file is damaged. */
  private static long lastSealedEpoch(PoolScope scope) {
    long epoch = 0;
    for (UUID id : ManifestFile.list(scope)) {
      try {
        DocumentFile<Manifest> manifest = ManifestFile.read(scope, id);
        epoch = Math.max(epoch, manifest.header().epoch());
      } catch (CorruptionException damaged) {
        // It is verify that reports it; another manifest will do here.
      }
    }
    return epoch;
  }

  private static DocumentFile<LeaseDocument> readLease(PoolScope scope) {
    return DocumentFile.read(
        scope.files(), scope.tree().lease(), FileKind.LEASE, LeaseDocument.parser());
  }

  private static BackupException inUse(PoolScope scope) {
    String named = Reason.of(ReasonCode.HELD_BY_UNKNOWN);
    if (scope.files().exists(scope.tree().lease())) {
      try {
        LeaseDocument holder = readLease(scope).body();
        named =
            Reason.of(
                ReasonCode.HELD_BY_PROCESS,
                "host",
                holder.getHost(),
                "id",
                holder.getProcessId(),
                "from",
                Instant.ofEpochMilli(holder.getOpenedEpochMillis()));
      } catch (CorruptionException damaged) {
        // Then the holder stays unnamed; that the pool is in use is certain.
      }
    }
    return BackupException.of(
        ErrorCode.POOL_IN_USE, "folder", scope.tree().root(), "holder", named);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "localhost";
    }
  }

  /** The pool with this lease's epoch. */
  PoolScope scope() {
    return scope;
  }

  /**
   * Makes sure that nobody took the lease away, as a file system that loses locks allows.
   *
   * @throws BackupException POOL_IN_USE
   */
  void check() {
    if (readLease(scope).header().epoch() != scope.epoch()) {
      throw inUse(scope);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
