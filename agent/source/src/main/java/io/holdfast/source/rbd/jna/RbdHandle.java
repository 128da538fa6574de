package io.holdfast.source.rbd.jna;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import io.holdfast.source.spi.CephStorage.Snapshot;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An open image and the pool it was opened in. Thread-safe but for {@link #close}, which is the
 * last call and must not overlap another.
 */
public final class RbdHandle implements AutoCloseable {
  public static final long FEATURE_EXCLUSIVE_LOCK = 1 << 2;
  public static final long FEATURE_OBJECT_MAP = 1 << 3;
  public static final long FEATURE_FAST_DIFF = 1 << 4;
  public static final long FLAG_OBJECT_MAP_INVALID = 1;
  public static final long FLAG_FAST_DIFF_INVALID = 1 << 1;

  private static final int RECORD_BYTES = 24;
  private static final int NAME_BYTES = 4096;
  private static final int LIST_BYTES = 64 << 10;
  private static final int EXCLUSIVE = 0;
  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  /** Begins the cookies of locks that librbd takes and breaks by itself. */
  private static final String OWN_KIND = "auto ";

  private final long context;
  private final long image;

  RbdHandle(long context, long image) {
    this.context = context;
    this.image = image;
  }

  long image() {
    return image;
  }

  /** Somebody who has the image open for writing. */
  public record Watcher(String address, long clientNumber) {}

  /** Takes a range of a difference. What it throws ends the search and comes out of it. */
  public interface Ranges {
    void add(long offset, long length, boolean exists);
  }

  /** Size in bytes, at the snapshot that is set. */
  public long sizeBytes(CephError.Mapping errors) {
    LongByReference out = new LongByReference();
    CephError.check("rbd_get_size", RbdFunctions.rbd_get_size(image, out), errors);
    return out.getValue();
  }

  /** The image's features, a set of bits. */
  public long features(CephError.Mapping errors) {
    LongByReference out = new LongByReference();
    CephError.check("rbd_get_features", RbdFunctions.rbd_get_features(image, out), errors);
    return out.getValue();
  }

  /** What is invalid at the snapshot that is set, a set of bits. */
  public long flags(CephError.Mapping errors) {
    LongByReference out = new LongByReference();
    CephError.check("rbd_get_flags", RbdFunctions.rbd_get_flags(image, out), errors);
    return out.getValue();
  }

  /** The cluster's own id of the image. */
  public String id(CephError.Mapping errors) {
    byte[] id = new byte[NAME_BYTES];
    CephError.check("rbd_get_id", RbdFunctions.rbd_get_id(image, id, id.length), errors);
    return text(id);
  }

  /** Up to where the parent shows through, in bytes. */
  public long overlapBytes(CephError.Mapping errors) {
    LongByReference out = new LongByReference();
    CephError.check("rbd_get_overlap", RbdFunctions.rbd_get_overlap(image, out), errors);
    return out.getValue();
  }

  /** {@code pool/image@snapshot} of the parent. */
  public Optional<String> parent(CephError.Mapping errors) {
    byte[] pool = new byte[NAME_BYTES];
    byte[] name = new byte[NAME_BYTES];
    byte[] snapshot = new byte[NAME_BYTES];
    int result =
        RbdFunctions.rbd_get_parent_info(
            image, pool, NAME_BYTES, name, NAME_BYTES, snapshot, NAME_BYTES);
    if (result == -CephError.ENOENT) {
      return Optional.empty();
    }
    CephError.check("rbd_get_parent_info", result, errors);
    return Optional.of(text(pool) + "/" + text(name) + "@" + text(snapshot));
  }

  /** Its snapshots, oldest first. */
  public List<Snapshot> snapshots(CephError.Mapping errors) {
    IntByReference count = new IntByReference(16);
    while (true) {
      Memory records = new Memory((long) RECORD_BYTES * Math.max(1, count.getValue()));
      int result = RbdFunctions.rbd_snap_list(image, records, count);
      if (result == -CephError.ERANGE) {
        continue;
      }
      CephError.check("rbd_snap_list", result, errors);
      List<Snapshot> snapshots = new ArrayList<>();
      for (long at = 0; at < (long) result * RECORD_BYTES; at += RECORD_BYTES) {
        snapshots.add(
            new Snapshot(
                records.getLong(at),
                records.getPointer(at + 16).getString(0, UTF_8),
                records.getLong(at + 8)));
      }
      if (result > 0) {
        RbdFunctions.rbd_snap_list_end(records);
      }
      snapshots.sort((one, other) -> Long.compare(one.id(), other.id()));
      return snapshots;
    }
  }

  /** Sets the snapshot that is looked at from now on. */
  public void look(String snapshot, CephError.Mapping errors) {
    CephError.check("rbd_snap_set", RbdFunctions.rbd_snap_set(image, snapshot), errors);
  }

  /** Those who have the image open for writing, ourselves included. */
  public List<Watcher> watchers(CephError.Mapping errors) {
    LongByReference count = new LongByReference(16);
    while (true) {
      Memory records = new Memory(RECORD_BYTES * Math.max(1, count.getValue()));
      int result = RbdFunctions.rbd_watchers_list(image, records, count);
      if (result == -CephError.ERANGE) {
        continue;
      }
      CephError.check("rbd_watchers_list", result, errors);
      List<Watcher> watchers = new ArrayList<>();
      for (long i = 0; i < count.getValue(); i++) {
        long at = i * RECORD_BYTES;
        watchers.add(
            new Watcher(records.getPointer(at).getString(0, UTF_8), records.getLong(at + 8)));
      }
      RbdFunctions.rbd_watchers_list_cleanup(records, count.getValue());
      return watchers;
    }
  }

  /** Addresses of those who hold a lock that somebody took by hand. */
  public List<String> lockedByHand(CephError.Mapping errors) {
    byte[] tag = new byte[NAME_BYTES];
    byte[] clients = new byte[LIST_BYTES];
    byte[] cookies = new byte[LIST_BYTES];
    byte[] addresses = new byte[LIST_BYTES];
    long count =
        CephError.check(
            "rbd_list_lockers",
            RbdFunctions.rbd_list_lockers(
                image,
                new IntByReference(),
                tag,
                new LongByReference(NAME_BYTES),
                clients,
                new LongByReference(LIST_BYTES),
                cookies,
                new LongByReference(LIST_BYTES),
                addresses,
                new LongByReference(LIST_BYTES)),
            errors);
    String[] cookie = names(cookies);
    String[] address = names(addresses);
    List<String> byHand = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (!cookie[i].startsWith(OWN_KIND)) {
        byHand.add(address[i]);
      }
    }
    return byHand;
  }

  /** Takes the exclusive lock and keeps it: nobody else gets it before this image is closed. */
  public void lock(CephError.Mapping errors) {
    CephError.check("rbd_lock_acquire", RbdFunctions.rbd_lock_acquire(image, EXCLUSIVE), errors);
  }

  /**
   * What differs in a range between a snapshot, or the image's beginning, and the snapshot that is
   * set.
   *
   * @param since empty: everything that was ever written
   * @param wholeObjects tells whole objects, by the object map where it is valid
   */
  public void differences(
      String since, Span span, boolean wholeObjects, Ranges into, CephError.Mapping errors) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    RbdFunctions.DiffCallback callback =
        (offset, length, exists, argument) -> {
          try {
            into.add(offset, length, exists != 0);
            return 0;
          } catch (Throwable failure) { // Nothing may be thrown into C.
            thrown.compareAndSet(null, failure);
            return -CephError.ECANCELED;
          }
        };
    int result;
    try {
      result =
          RbdFunctions.rbd_diff_iterate2(
              image,
              since.isEmpty() ? null : since,
              span.offset(),
              span.length(),
              (byte) 1,
              (byte) (wholeObjects ? 1 : 0),
              callback,
              Pointer.NULL);
    } finally {
      Reference.reachabilityFence(callback);
    }
    if (thrown.get() instanceof RuntimeException failure) {
      throw failure;
    }
    if (thrown.get() instanceof Error failure) {
      throw failure;
    }
    CephError.check("rbd_diff_iterate2", result, errors);
  }

  /** A range of the image. */
  public record Span(long offset, long length) {}

  private static String text(byte[] bytes) {
    return names(bytes)[0];
  }

  private static String[] names(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).split("\0", -1);
  }

  /** Closes the image and its pool; gives locks back. */
  @Override
  public void close() {
    RbdFunctions.rbd_close(image);
    RadosFunctions.rados_ioctx_destroy(context);
  }
}
