package io.holdfast.pool.verify;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.holdfast.error.BackupException;
import io.holdfast.pool.document.CondemnedPacks;
import io.holdfast.pool.document.DamagedChunks;
import io.holdfast.pool.document.GcState;
import io.holdfast.pool.document.IndexState;
import io.holdfast.pool.document.KeySlot;
import io.holdfast.pool.document.LeaseDocument;
import io.holdfast.pool.document.MovedPack;
import io.holdfast.pool.document.PoolDescriptor;
import io.holdfast.pool.document.Retention;
import io.holdfast.pool.document.Verified;
import io.holdfast.pool.document.VerifiedPacks;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks the documents that are neither manifests nor sessions': descriptor, lease, keys, what
 * garbage collection, retention and verification have noted. Not thread-safe.
 */
final class DocumentVerification {
  private final PoolScope scope;
  private final PoolTree tree;
  private final DamageLog damage;

  DocumentVerification(PoolScope scope, DamageLog damage) {
    this.scope = scope;
    this.tree = scope.tree();
    this.damage = damage;
  }

  /** A kind of document and how its body is read. */
  private record Form(FileKind kind, Parser<? extends MessageLite> body) {}

  void run() {
    check(tree.descriptor(), new Form(FileKind.DESCRIPTOR, PoolDescriptor.parser()));
    checkIfThere(tree.lease(), new Form(FileKind.LEASE, LeaseDocument.parser()));
    checkIfThere(tree.indexState(), new Form(FileKind.INDEX_STATE, IndexState.parser()));
    checkIfThere(tree.gcState(), new Form(FileKind.GC_STATE, GcState.parser()));
    checkIfThere(tree.verifiedPacks(), new Form(FileKind.VERIFIED, VerifiedPacks.parser()));
    checkIfThere(tree.damaged(), new Form(FileKind.VERIFIED, DamagedChunks.parser()));
    checkAll(tree.keys(), new Form(FileKind.KEY_SLOT, KeySlot.parser()));
    checkAll(tree.condemned(), new Form(FileKind.CONDEMNED, CondemnedPacks.parser()));
    checkOfPoints(tree.retention(), new Form(FileKind.RETENTION, Retention.parser()));
    checkOfPoints(tree.verify(), new Form(FileKind.VERIFIED, Verified.parser()));
    for (String shard : scope.files().list(tree.packs())) {
      Path folder = tree.packs().resolve(shard);
      for (String name : scope.files().list(folder)) {
        PoolTree.idBefore(name, PoolTree.MOVED)
            .ifPresent(
                id ->
                    check(
                        folder.resolve(name),
                        id,
                        new Form(FileKind.MOVED_PACK, MovedPack.parser())));
      }
    }
  }

  private void checkIfThere(Path file, Form form) {
    if (scope.files().exists(file)) {
      check(file, form);
    }
  }

  private void checkAll(Path folder, Form form) {
    for (String name : scope.files().list(folder)) {
      if (!name.endsWith(PoolTree.UNFINISHED)) {
        check(folder.resolve(name), form);
      }
    }
  }

  private void checkOfPoints(Path folder, Form form) {
    for (String name : scope.files().list(folder)) {
      Optional<UUID> point = PoolTree.idBefore(name, "");
      point.ifPresent(id -> check(folder.resolve(name), id, form));
    }
  }

  private void check(Path file, Form form) {
    check(file, scope.poolId(), form);
  }

  private void check(Path file, UUID objectId, Form form) {
    try {
      DocumentFile.read(scope.files(), file, form.kind(), form.body())
          .header()
          .expect(scope.poolId(), objectId, file);
    } catch (BackupException error) {
      // One that went away meanwhile was deleted in order.
      if (file.equals(tree.descriptor()) || scope.files().exists(file)) {
        damage.add(file, error);
      }
    }
  }
}
