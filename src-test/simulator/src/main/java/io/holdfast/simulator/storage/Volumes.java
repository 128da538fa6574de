package io.holdfast.simulator.storage;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.qemu.Command;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.Release;
import io.holdfast.simulator.state.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The files of the storage pools. CAS's path {@code /vms/<pool>/[<folder>/]<name>} is a file below
 * the state folder; one level of folders exists. Safe for all threads; two creations of one name
 * end with one winner.
 */
public final class Volumes {
  /** Password of encrypted disks made by the lab. */
  public static final String LUKS_SECRET = "simulator";

  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final long MEGABYTE = 1L << 20;
  private static final int DERIVED_NAME_BYTES = 200;
  private static final int LONGEST_NAME_BYTES = 230;
  private static final Map<Path, Blocks> BLOCKS = new ConcurrentHashMap<>();
  private static final long SETTLED_NANOS = 100_000_000L;
  private static final long RECENT_NANOS = 1_000_000_000L;

  private final StateStore store;
  private final Path root;
  private final Faults faults;
  private final Map<String, Recent> recent = new ConcurrentHashMap<>();

  public Volumes(StateStore store, Path stateFolder, Faults faults) {
    this.store = store;
    this.root = stateFolder.resolve("vms");
    this.faults = faults;
  }

  /** One file of a pool; {@code blocksBytes} is what it takes on the disk. */
  public record Volume(
      String name, String path, Path file, boolean folder, long fileBytes, long blocksBytes) {}

  /** The pool the host sees under this name. */
  public StoragePool pool(int hostId, String name) {
    return store
        .read(s -> s.pool(hostId, name))
        .orElseThrow(() -> new CasException(CasException.NO_POOL, "存储池不存在：" + name));
  }

  /** Refuses work on a pool that is not started. */
  public static void requireStarted(StoragePool pool) {
    if (pool.stopped) {
      throw new CasException(CasException.NO_POOL, "存储池未启动：" + pool.name);
    }
  }

  /** The pool's folder, created when missing. */
  public Path folder(StoragePool pool) throws IOException {
    return Files.createDirectories(root.resolve(pool.folder));
  }

  /** The file behind CAS's path, which need not exist. */
  public Path file(int hostId, String path) throws IOException {
    String[] parts = split(path);
    Path file = folder(pool(hostId, parts[0]));
    for (int i = 1; i < parts.length; i++) {
      file = file.resolve(parts[i]);
    }
    return file;
  }

  /** The pool's name in a CAS path. */
  public static String poolName(String path) {
    return split(path)[0];
  }

  private static String[] split(String path) {
    if (!path.startsWith("/vms/")) {
      throw new CasException(CasException.BAD_NAME, "路径无效：" + path);
    }
    String[] parts = path.substring(5).split("/", -1);
    boolean bad = parts.length < 2 || parts.length > 3;
    for (String part : parts) {
      bad |= part.isEmpty() || part.equals(".") || part.equals("..");
    }
    if (bad) {
      throw new CasException(CasException.BAD_NAME, "路径无效：" + path);
    }
    return parts;
  }

  /** A name that any file system takes, from any text. */
  public static String safeName(String name) {
    return safeName(name, DERIVED_NAME_BYTES);
  }

  private static String safeName(String name, int longestBytes) {
    StringBuilder out = new StringBuilder();
    int bytes = 0;
    for (int point : name.codePoints().toArray()) {
      boolean bad = point < 0x20 || "/\\:*?\"'<>|,".indexOf(point) >= 0;
      String text = bad ? "_" : new String(Character.toChars(point));
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > longestBytes) {
        break;
      }
      out.append(text);
    }
    String result = out.toString();
    return result.isBlank() || result.startsWith(".") || result.startsWith("-")
        ? "_" + result
        : result;
  }

  /** CAS's path of a new volume; checks the names against CAS's rules. */
  public String newPath(StoragePool pool, String folder, String name) {
    if (!pool.holdsFiles()) {
      throw new CasException(CasException.NOT_CREATABLE, "存储池 " + pool.name + " 不支持创建存储卷");
    }
    if (!name.equals(safeName(name, LONGEST_NAME_BYTES))) {
      throw new CasException(CasException.BAD_NAME, "存储卷名称无效：" + name);
    }
    if (folder.isEmpty()) {
      return "/vms/" + pool.name + "/" + name;
    }
    if (!store.read(s -> Release.of(s.release).hasFolders())) {
      throw new CasException(CasException.BAD_NAME, "当前版本不支持二级目录：" + folder);
    }
    if (!FOLDER.matcher(folder).matches() || folder.matches("[0-9]+")) {
      throw new CasException(CasException.BAD_NAME, "二级目录名称无效：" + folder);
    }
    return "/vms/" + pool.name + "/" + folder + "/" + name;
  }

  /** What a new image shall be; {@code mode} 0 thin, 1 lazy, 2 eager. */
  public record NewImage(String path, String format, long sizeBytes, int mode, boolean encrypted) {}

  /** Creates an image file; nothing is left of it after a failure. */
  public void create(int hostId, NewImage image) throws IOException {
    Path file = file(hostId, image.path());
    StoragePool pool = pool(hostId, poolName(image.path()));
    if (!image.format().equals("raw") && !image.format().equals("qcow2")) {
      throw new CasException(CasException.BAD_FORMAT, "不支持的格式：" + image.format());
    }
    requireStarted(pool);
    requireAbsent(file);
    requireRoom(pool, image.mode() == 0 ? MEGABYTE : image.sizeBytes());
    Files.createDirectories(file.getParent());
    List<String> command =
        new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", image.format()));
    String preallocation = image.mode() == 0 ? "off" : image.mode() == 1 ? "falloc" : "full";
    command.addAll(List.of("-o", "preallocation=" + preallocation));
    if (image.encrypted()) {
      command.addAll(List.of("--object", "secret,id=sec0,data=" + LUKS_SECRET));
      // SHA-512: SHA-256 is so fast on some processors that qemu-img cannot measure it.
      String luks = "encrypt.format=luks,encrypt.key-secret=sec0,encrypt.hash-alg=sha512";
      command.addAll(List.of("-o", luks + ",encrypt.iter-time=10"));
    }
    command.addAll(List.of(file.getFileName().toString(), Long.toString(image.sizeBytes())));
    try {
      Command.run(file.getParent(), command);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Creates an overlay whose header names its base (in the same folder) by a relative path. */
  public void createOverlay(int hostId, String path, String basePath, long sizeBytes)
      throws IOException {
    Path file = file(hostId, path);
    Path base = file(hostId, basePath);
    String format = ImageFile.read(base).format();
    Command.run(
        file.getParent(),
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-u",
            "-b",
            base.getFileName().toString(),
            "-F",
            format,
            file.getFileName().toString(),
            Long.toString(sizeBytes)));
  }

  /** Gives a file that nobody has open another virtual size. */
  public void resize(int hostId, String path, String format, long sizeBytes) throws IOException {
    Path file = file(hostId, path);
    Command.run(
        file.getParent(),
        List.of(
            "qemu-img",
            "resize",
            "-q",
            "-f",
            format,
            file.getFileName().toString(),
            Long.toString(sizeBytes)));
  }

  private void requireAbsent(Path file) {
    Path parent = file.getParent();
    if (Files.exists(file) || (Files.exists(parent) && !Files.isDirectory(parent))) {
      throw new CasException(CasException.VOLUME_EXISTS, "存储卷已存在：" + file.getFileName());
    }
  }

  /** Refuses when the pool has not this much left. */
  public void requireRoom(StoragePool pool, long bytes) throws IOException {
    if (freeMegabytes(pool) * MEGABYTE < bytes) {
      throw new CasException(CasException.POOL_FULL, "存储池 " + pool.name + " 空间不足");
    }
  }

  /** Free space as CAS shows it. */
  public long freeMegabytes(StoragePool pool) throws IOException {
    if (faults.poolIsFull(pool.name)) {
      return 0;
    }
    if (pool.shownFreeMegabytes >= 0) {
      return pool.shownFreeMegabytes;
    }
    long used = 0;
    for (Volume volume : list(pool)) {
      used += volume.blocksBytes();
    }
    return Math.max(0, pool.totalMegabytes - used / MEGABYTE);
  }

  /** The same as it was at most a second ago: what lists of many hosts need. */
  public long recentFreeMegabytes(StoragePool pool) throws IOException {
    Recent known = recent.get(pool.folder);
    long now = System.nanoTime();
    if (known != null
        && now - known.atNanos() < RECENT_NANOS
        && !faults.poolIsFull(pool.name)
        && pool.shownFreeMegabytes < 0) {
      return known.megabytes();
    }
    long free = freeMegabytes(pool);
    recent.put(pool.folder, new Recent(now, free));
    return free;
  }

  private record Recent(long atNanos, long megabytes) {}

  /** All files and folders of the pool. */
  public List<Volume> list(StoragePool pool) throws IOException {
    Path folder = folder(pool);
    String out =
        Command.run(
            List.of(
                "find",
                folder.toString(),
                "-mindepth",
                "1",
                "-maxdepth",
                "2",
                "-printf",
                "%y\\t%b\\t%s\\t%P\\0"));
    List<Volume> result = new ArrayList<>();
    for (String line : out.split("\0")) {
      String[] parts = line.split("\t", 4);
      if (parts.length == 4) {
        boolean directory = parts[0].equals("d");
        result.add(
            new Volume(
                parts[3],
                "/vms/" + pool.name + "/" + parts[3],
                folder.resolve(parts[3]),
                directory,
                Long.parseLong(parts[2]),
                Long.parseLong(parts[1]) * 512));
      }
    }
    result.sort(
        (a, b) -> a.name().toLowerCase(Locale.ROOT).compareTo(b.name().toLowerCase(Locale.ROOT)));
    return result;
  }

  private record Blocks(long changed, long size, long seenNanos, boolean sure, long bytes) {}

  /**
   * Bytes the file takes on the disk; asked anew only when the file was changed. Times of files are
   * coarse, so what was seen just after a change is asked once more.
   */
  public static long blocksBytes(Path file) throws IOException {
    long changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
    long size = Files.size(file);
    Blocks known = BLOCKS.get(file);
    boolean same = known != null && known.changed() == changed && known.size() == size;
    if (same && known.sure()) {
      return known.bytes();
    }
    long now = System.nanoTime();
    long seen = same ? known.seenNanos() : now;
    String blocks = Command.run(List.of("stat", "-c", "%b", file.toString())).trim();
    long bytes = Long.parseLong(blocks) * 512;
    BLOCKS.put(file, new Blocks(changed, size, seen, now - seen > SETTLED_NANOS, bytes));
    return bytes;
  }

  /** Deletes a file, and its second-level folder when that is empty then. */
  public void delete(int hostId, String path) throws IOException {
    Path file = file(hostId, path);
    Files.deleteIfExists(file);
    Path parent = file.getParent();
    if (split(path).length == 3 && Files.isDirectory(parent)) {
      try (var left = Files.list(parent)) {
        if (left.findAny().isPresent()) {
          return;
        }
      }
      Files.deleteIfExists(parent);
    }
  }
}
