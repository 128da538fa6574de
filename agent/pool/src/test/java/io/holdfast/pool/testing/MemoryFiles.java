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
import java.util.HashSet;
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

  private static final Runnable NOTHING = MemoryFiles::nothing;

  private Runnable between = NOTHING;
  private MemoryFolder root = new MemoryFolder();
  private final List<NameChange> pendingNames = new ArrayList<>();
  private final Set<Path> locked = new HashSet<>();
  private final Map<Path, Integer> shared = new HashMap<>();
  private final Map<Path, MemoryTable> tables = new HashMap<>();
  private Fault fault = Fault.NONE;
  private long faultAt;
  private long operations;
  private boolean dead;
  private int openFiles;

  /** A change of names in one or two folders, all or nothing. */
  private record NameChange(List<Runnable> durable, Set<MemoryFolder> folders) {}

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
    Set<MemoryFolder> lost = new HashSet<>();
    for (NameChange change : pendingNames) {
      boolean dependsOnLost = change.folders.stream().anyMatch(lost::contains);
      if (dependsOnLost || random.nextInt(4) == 0) {
        lost.addAll(change.folders);
      } else {
        change.durable.forEach(Runnable::run);
      }
    }
    MemoryFiles result = new MemoryFiles();
    result.root = root.afterPowerLoss(random);
    tables.forEach((folder, table) -> result.tables.put(folder, table.afterPowerLoss(random)));
    return result;
  }

  /** A table; it is no file, and what becomes of it in a crash is said by {@link MemoryTable}. */
  @Override
  public synchronized KeyTable openTable(Path folder) {
    if (dead) {
      throw new Death();
    }
    createFolder(folder);
    return tables.computeIfAbsent(folder, name -> new MemoryTable()).open();
  }

  @Override
  public synchronized void deleteTree(Path path) {
    tables.remove(path);
  }

  public synchronized void inject(Fault kind, long atOperation) {
    fault = kind;
    faultAt = operations + atOperation;
  }

  /**
   * Runs something before every file operation of this thread from now on, as if another thread had
   * come in between; not before its own. To end it: a task that does nothing.
   */
  public synchronized void interleave(Runnable task) {
    between = task;
  }

  private void letOthersIn() {
    Runnable task = between;
    between = NOTHING;
    try {
      task.run();
    } finally {
      if (between == NOTHING) {
        between = task;
      }
    }
  }

  /** Takes the fault away. */
  public synchronized void heal() {
    fault = Fault.NONE;
  }

  public synchronized long operations() {
    return operations;
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

  private void change(Path file, Runnable halfDone) {
    change(file, false, halfDone);
  }

  private void change(Path file, boolean takesSpace, Runnable halfDone) {
    letOthersIn();
    if (dead) {
      throw new Death();
    }
    operations++;
    if (fault == Fault.NONE || operations < faultAt || (fault == Fault.FULL && !takesSpace)) {
      return;
    }
    switch (fault) {
      case DEATH -> {
        halfDone.run();
        dead = true;
        throw new Death();
      }
      case FULL -> {
        halfDone.run();
        throw MediumErrors.full(file.getParent(), 0, null);
      }
      case ERROR -> {
        fault = Fault.NONE;
        halfDone.run();
        throw MediumErrors.writeFailed(file, "input/output error");
      }
      case NONE -> throw new IllegalStateException("no fault to inject");
    }
  }

  private static void nothing() {}

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
    change(file, find(file).isEmpty(), MemoryFiles::nothing);
    Optional<MemoryNode> known = find(file);
    if (known.isPresent()) {
      known.get().truncate(0);
      return open(file, known.get());
    }
    MemoryNode created = new MemoryNode();
    MemoryFolder parent = folder(file.getParent());
    parent.put(name(file), created);
    pendingNames.add(
        new NameChange(List.of(() -> parent.putDurably(name(file), created)), Set.of(parent)));
    return open(file, created);
  }

  @Override
  public synchronized PoolFile openForWriting(Path file) {
    return open(file, node(file, ErrorCode.POOL_WRITE_FAILED));
  }

  @Override
  public synchronized PoolFile openForReading(Path file) {
    letOthersIn();
    if (dead) {
      throw new Death();
    }
    return open(file, node(file, ErrorCode.POOL_READ_FAILED));
  }

  private PoolFile open(Path path, MemoryNode node) {
    openFiles++;
    return new OpenFile(path, node);
  }

  @Override
  public synchronized boolean exists(Path path) {
    letOthersIn();
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
    letOthersIn();
    return findFolder(folder).map(MemoryFolder::names).orElse(List.of());
  }

  @Override
  public synchronized void createFolder(Path folder) {
    MemoryFolder parent = root;
    for (Path part : folder) {
      String name = part.toString();
      Optional<MemoryFolder> known = parent.folder(name);
      if (known.isEmpty()) {
        change(folder, true, MemoryFiles::nothing);
        MemoryFolder created = new MemoryFolder();
        MemoryFolder in = parent;
        in.put(name, created);
        pendingNames.add(new NameChange(List.of(() -> in.putDurably(name, created)), Set.of(in)));
        parent = created;
      } else {
        parent = known.get();
      }
    }
  }

  @Override
  public synchronized void syncFolder(Path folder) {
    change(folder, MemoryFiles::nothing);
    Set<MemoryFolder> forced = new HashSet<>(Set.of(folder(folder)));
    List<NameChange> durable = new ArrayList<>();
    for (int i = pendingNames.size() - 1; i >= 0; i--) {
      NameChange change = pendingNames.get(i);
      if (change.folders.stream().anyMatch(forced::contains)) {
        forced.addAll(change.folders);
        durable.add(0, change);
      }
    }
    durable.forEach(change -> change.durable.forEach(Runnable::run));
    pendingNames.removeAll(durable);
  }

  @Override
  public synchronized void rename(Path from, Path to) {
    change(to, MemoryFiles::nothing);
    MemoryFolder source = folder(from.getParent());
    MemoryFolder target = folder(to.getParent());
    Object moved =
        source.child(name(from)).orElseThrow(() -> missing(from, ErrorCode.POOL_WRITE_FAILED));
    source.remove(name(from));
    target.put(name(to), moved);
    pendingNames.add(
        new NameChange(
            List.of(
                () -> source.removeDurably(name(from), moved),
                () -> target.putDurably(name(to), moved)),
            Set.copyOf(List.of(source, target))));
  }

  @Override
  public synchronized void delete(Path path) {
    change(path, MemoryFiles::nothing);
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
        new NameChange(
            List.of(() -> parent.get().removeDurably(name(path), child.get())),
            Set.of(parent.get())));
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
    if (shared.getOrDefault(file, 0) > 0 || !locked.add(file)) {
      return Optional.empty();
    }
    return Optional.of(() -> unlock(file));
  }

  @Override
  public synchronized Optional<FileLease> tryShare(Path file) {
    if (locked.contains(file)) {
      return Optional.empty();
    }
    shared.merge(file, 1, Integer::sum);
    return Optional.of(() -> unshare(file));
  }

  private synchronized void unshare(Path file) {
    shared.merge(file, -1, Integer::sum);
  }

  /** What a network file system may do. */
  public synchronized void loseLocks() {
    locked.clear();
  }

  private synchronized void unlock(Path file) {
    locked.remove(file);
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
      if (dead) {
        throw new Death();
      }
      if (closed) {
        throw MediumErrors.writeFailed(path, "the file is closed");
      }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
      synchronized (MemoryFiles.this) {
        requireOpen();
        boolean grows = offset + from.remaining() > node.size();
        change(path, grows, () -> writeHalf(offset, from));
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
        change(path, MemoryFiles::nothing);
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
        change(path, MemoryFiles::nothing);
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
