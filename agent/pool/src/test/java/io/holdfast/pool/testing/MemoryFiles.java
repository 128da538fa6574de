package io.holdfast.pool.testing;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.medium.KeyTable;
import io.holdfast.pool.medium.MediumErrors;
import io.holdfast.pool.medium.PoolFile;
import io.holdfast.pool.medium.PoolFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A file system in memory that knows what is durable: a crash loses, tears and reorders what was
 * not synced, names included; operations fail on demand. Counts operations that change something.
 */
public final class MemoryFiles implements PoolFiles {
  /** What happens at the chosen operation. */
  public enum Fault {
    NONE,
    /** The process is gone: this operation is half done, every later one fails. */
    DEATH,
    /** The disk is full from here on: what takes space fails. */
    FULL,
    /** This one operation fails. */
    ERROR
  }

  /** Thrown where the process would be dead. */
  public static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final FaultPlan plan = new FaultPlan();
  private MemoryFolder root = new MemoryFolder();
  private final PendingNames pendingNames = new PendingNames();
  private final MemoryLocks locks = new MemoryLocks();
  private final Map<Path, MemoryTable> tables = new HashMap<>();
  private int openFiles;

  /** A copy in which everything is durable, as after a clean stop. */
  public synchronized MemoryFiles copy() {
    MemoryFiles result = new MemoryFiles();
    result.root = root.copy();
    tables.forEach((folder, table) -> result.tables.put(folder, table.afterKill()));
    return result;
  }

  /** What another process finds after this one was killed: nothing is lost but the locks. */
  public synchronized MemoryFiles afterKill() {
    return copy();
  }

  /** What is found after the machine has crashed. */
  public synchronized MemoryFiles afterPowerLoss(Random random) {
    pendingNames.crash(random);
    MemoryFiles result = new MemoryFiles();
    result.root = root.afterPowerLoss(random);
    tables.forEach((folder, table) -> result.tables.put(folder, table.afterPowerLoss(random)));
    return result;
  }

  /** A table; it is no file, and what becomes of it in a crash is said by {@link MemoryTable}. */
  @Override
  public synchronized KeyTable openTable(Path folder) {
    plan.requireAlive();
    createFolder(folder);
    return tables.computeIfAbsent(folder, name -> new MemoryTable()).open();
  }

  @Override
  public synchronized void deleteTree(Path path) {
    tables.remove(path);
  }

  public synchronized void inject(Fault kind, long atOperation) {
    plan.inject(kind, atOperation);
  }

  /**
   * Runs something before every file operation of this thread from now on, as if another thread had
   * come in between; not before its own. To end it: a task that does nothing.
   */
  public synchronized void interleave(Runnable task) {
    plan.interleave(task);
  }

  /** Takes the fault away. */
  public synchronized void heal() {
    plan.heal();
  }

  /** Opening a file for reading fails until {@link #heal}: its bytes are there all the same. */
  public synchronized void breakReading(Path file) {
    plan.breakReading(file);
  }

  public synchronized long operations() {
    return plan.operations();
  }

  public synchronized int openFiles() {
    return openFiles;
  }

  /** Flips a bit of a file, durably. */
  public synchronized void flip(Path file, long bit) {
    node(file, ErrorCode.POOL_READ_FAILED).flip(bit);
  }

  /** All files, for tests that damage one after the other. */
  public synchronized List<Path> allFiles(Path folder) {
    List<Path> result = new ArrayList<>();
    for (String name : list(folder)) {
      Path path = folder.resolve(name);
      if (isFolder(path)) {
        result.addAll(allFiles(path));
      } else {
        result.add(path);
      }
    }
    return result;
  }

  private void change(Path file) {
    change(file, false);
  }

  private void change(Path file, boolean takesSpace) {
    plan.change(file, takesSpace, FaultPlan.NOTHING);
  }

  private MemoryFolder folder(Path path) {
    MemoryFolder folder = root;
    for (Path part : path) {
      folder =
          folder
              .folder(part.toString())
              .orElseThrow(() -> missing(path, ErrorCode.POOL_WRITE_FAILED));
    }
    return folder;
  }

  private Optional<MemoryFolder> findFolder(Path path) {
    Optional<MemoryFolder> folder = Optional.of(root);
    for (Path part : path) {
      folder = folder.flatMap(parent -> parent.folder(part.toString()));
    }
    return folder;
  }

  private static BackupException missing(Path path, ErrorCode code) {
    return BackupException.of(code, "file", path, "cause", "no such file");
  }

  private Optional<MemoryNode> find(Path file) {
    return findFolder(file.getParent()).flatMap(folder -> folder.file(name(file)));
  }

  private MemoryNode node(Path file, ErrorCode code) {
    return find(file).orElseThrow(() -> missing(file, code));
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  @Override
  public synchronized PoolFile create(Path file) {
    change(file, find(file).isEmpty());
    Optional<MemoryNode> known = find(file);
    if (known.isPresent()) {
      known.get().truncate(0);
      return open(file, known.get());
    }
    MemoryNode created = new MemoryNode();
    MemoryFolder parent = folder(file.getParent());
    parent.put(name(file), created);
    pendingNames.add(Set.of(parent), () -> parent.putDurably(name(file), created));
    return open(file, created);
  }

  @Override
  public synchronized PoolFile openForWriting(Path file) {
    return open(file, node(file, ErrorCode.POOL_WRITE_FAILED));
  }

  @Override
  public synchronized PoolFile openForReading(Path file) {
    plan.letOthersIn();
    plan.requireAlive();
    plan.requireReadable(file);
    return open(file, node(file, ErrorCode.POOL_READ_FAILED));
  }

  private PoolFile open(Path path, MemoryNode node) {
    openFiles++;
    return new OpenFile(path, node);
  }

  @Override
  public synchronized boolean exists(Path path) {
    plan.letOthersIn();
    return findFolder(path).isPresent() || find(path).isPresent();
  }

  @Override
  public synchronized boolean isFolder(Path path) {
    return findFolder(path).isPresent();
  }

  @Override
  public synchronized long length(Path file) {
    return find(file).map(MemoryNode::size).orElse(0L);
  }

  @Override
  public synchronized List<String> list(Path folder) {
    plan.letOthersIn();
    return findFolder(folder).map(MemoryFolder::names).orElse(List.of());
  }

  @Override
  public synchronized void createFolder(Path folder) {
    MemoryFolder parent = root;
    for (Path part : folder) {
      String name = part.toString();
      Optional<MemoryFolder> known = parent.folder(name);
      if (known.isEmpty()) {
        change(folder, true);
        MemoryFolder created = new MemoryFolder();
        MemoryFolder in = parent;
        in.put(name, created);
        pendingNames.add(Set.of(in), () -> in.putDurably(name, created));
        parent = created;
      } else {
        parent = known.get();
      }
    }
  }

  @Override
  public synchronized void syncFolder(Path folder) {
    change(folder);
    pendingNames.sync(folder(folder));
  }

  @Override
  public synchronized void rename(Path from, Path to) {
    change(to);
    MemoryFolder source = folder(from.getParent());
    MemoryFolder target = folder(to.getParent());
    Object moved =
        source.child(name(from)).orElseThrow(() -> missing(from, ErrorCode.POOL_WRITE_FAILED));
    source.remove(name(from));
    target.put(name(to), moved);
    pendingNames.add(
        Set.copyOf(List.of(source, target)),
        () -> source.removeDurably(name(from), moved),
        () -> target.putDurably(name(to), moved));
  }

  @Override
  public synchronized void delete(Path path) {
    change(path);
    Optional<MemoryFolder> parent = findFolder(path.getParent());
    Optional<Object> child = parent.flatMap(folder -> folder.child(name(path)));
    if (child.isEmpty()) {
      return;
    }
    if (child.get() instanceof MemoryFolder folder && !folder.names().isEmpty()) {
      throw MediumErrors.writeFailed(path, "folder not empty");
    }
    parent.get().remove(name(path));
    pendingNames.add(
        Set.of(parent.get()), () -> parent.get().removeDurably(name(path), child.get()));
  }

  @Override
  public long capacityBytes(Path folder) {
    return 1L << 40;
  }

  @Override
  public long freeBytes(Path folder) {
    return 1L << 39;
  }

  @Override
  public synchronized Optional<FileLease> tryLock(Path file) {
    return locks.tryLock(file);
  }

  @Override
  public synchronized Optional<FileLease> tryShare(Path file) {
    return locks.tryShare(file);
  }

  /** What a network file system may do. */
  public synchronized void loseLocks() {
    locks.loseAll();
  }

  private final class OpenFile implements PoolFile {
    private final Path path;
    private final MemoryNode node;
    private boolean closed;

    OpenFile(Path path, MemoryNode node) {
      this.path = path;
      this.node = node;
    }

    @Override
    public int read(long offset, ByteBuffer into) {
      synchronized (MemoryFiles.this) {
        requireOpen();
        return node.read(offset, into);
      }
    }

    private void requireOpen() {
      plan.requireAlive();
      if (closed) {
        throw MediumErrors.writeFailed(path, "the file is closed");
      }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
      synchronized (MemoryFiles.this) {
        requireOpen();
        boolean grows = offset + from.remaining() > node.size();
        plan.change(path, grows, () -> writeHalf(offset, from));
        node.write(offset, from);
      }
    }

    private void writeHalf(long offset, ByteBuffer from) {
      node.write(offset, from.duplicate().limit(from.position() + from.remaining() / 2));
    }

    @Override
    public void truncate(long sizeBytes) {
      synchronized (MemoryFiles.this) {
        requireOpen();
        change(path);
        node.truncate(sizeBytes);
      }
    }

    @Override
    public long sizeBytes() {
      synchronized (MemoryFiles.this) {
        return node.size();
      }
    }

    @Override
    public void sync() {
      synchronized (MemoryFiles.this) {
        requireOpen();
        change(path);
        node.sync();
      }
    }

    @Override
    public void close() {
      synchronized (MemoryFiles.this) {
        if (!closed) {
          closed = true;
          openFiles--;
        }
      }
    }
  }
}
