package io.holdfast.toolkit.guest;

import io.holdfast.toolkit.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Makes the guest's disk: an MBR with boot code; a FAT partition with kernel, initial file system
 * and the boot loader for BIOS and for UEFI; an ext4 partition with files and the list of their
 * checksums. Needs no root and mounts nothing. Kernel, busybox, e2fsck and QEMU's guest agent are
 * Debian's.
 */
public final class GuestImage {
  /** Files that are on the disk from the beginning, each in the list of checksums. */
  public static final int FIRST_FILES = 40;

  /** Size of the disk in bytes. */
  public static final long SIZE_BYTES = 192L << 20;

  private static final int SECTOR = 512;
  private static final int BOOT_CODE_BYTES = 440;
  private static final long BOOT_AT_BYTES = 1 << 20;
  private static final long BOOT_BYTES = 40 << 20;
  private static final long FILES_AT_BYTES = BOOT_AT_BYTES + BOOT_BYTES;
  private static final long FILES_BYTES = 150 << 20;
  private static final long BLOCK_BYTES = 4096;
  private static final int COPY_BYTES = 1 << 20;
  private static final int NAME_CHARACTERS = 12;
  private static final String DISK = "disk.raw";
  private static final String INIT = "init.sh";
  private static final String FREEZE_HOOK = "freeze-hook.sh";

  private static final String BOOT_CODE = "/usr/lib/syslinux/mbr/mbr.bin";
  private static final String LOADER_UEFI = "/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi";
  private static final String LOADER_UEFI_CORE = "/usr/lib/syslinux/modules/efi64/ldlinux.e64";
  private static final List<String> MODULES =
      List.of(
          "virtio_ring",
          "virtio",
          "virtio_pci_legacy_dev",
          "virtio_pci_modern_dev",
          "virtio_pci",
          "virtio_blk",
          "virtio_console");

  private final Path folder;
  private final Commands commands;

  private GuestImage(Path folder) {
    this.folder = folder;
    this.commands = new Commands(folder);
  }

  /**
   * The raw image, built by the first who asks in this checkout and again when what it is made of
   * changed; packages are kept. Others only read it.
   *
   * @throws IOException a sentence that says what is missing on this machine
   */
  public static synchronized Path shared() throws IOException {
    Path work = Checkout.root().resolve("src-test/toolkit/target/guest");
    Files.createDirectories(work);
    try (FileChannel lock =
            FileChannel.open(
                work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = lock.lock()) {
      Path folder = work.resolve("image-" + madeOf().substring(0, NAME_CHARACTERS));
      if (!Files.exists(folder)) {
        Path unfinished = work.resolve("unfinished");
        new Commands(work).run("rm", "-rf", unfinished.toString());
        build(unfinished, new DebianPackages(work.resolve("packages")));
        Files.move(unfinished, folder);
      }
      return folder.resolve(DISK);
    }
  }

  private static String madeOf() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String part : List.of(INIT, FREEZE_HOOK, "GuestImage.class")) {
      all.writeBytes(resource(part));
    }
    return sha256(all.toByteArray());
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = GuestImage.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static void build(Path folder, DebianPackages packages) throws IOException {
    GuestImage image = new GuestImage(Files.createDirectories(folder));
    image.initialFileSystem(packages);
    image.bootPartition(packages.kernel());
    image.filesPartition();
    image.disk();
  }

  private void initialFileSystem(DebianPackages packages) throws IOException {
    CpioArchive archive = new CpioArchive().folder("bin").folder("modules");
    archive.folder("lib").folder("lib64");
    Path busybox = packages.unpacked("busybox-static");
    archive.program("bin/busybox", Files.readAllBytes(only(busybox, "busybox")));
    Path check = packages.unpacked("e2fsck-static");
    archive.program("bin/e2fsck", Files.readAllBytes(only(check, "e2fsck.static")));
    for (String module : MODULES) {
      Path file = only(packages.kernel(), module + ".ko");
      archive.program("modules/" + module + ".ko", Files.readAllBytes(file));
    }
    for (Map.Entry<String, Path> file : LinkedProgram.guestAgent(packages).files().entrySet()) {
      archive.program(file.getKey(), Files.readAllBytes(file.getValue()));
    }
    archive.program("bin/freeze-hook", resource(FREEZE_HOOK));
    archive.program("init", resource(INIT));
    archive.write(folder.resolve("initrd.gz"));
  }

  static Path only(Path tree, String name) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files
          .filter(Files::isRegularFile)
          .filter(each -> each.getFileName().toString().equals(name))
          .filter(each -> !each.toString().contains("/share/"))
          .findFirst()
          .orElseThrow(() -> new IOException("no " + name + " in " + tree));
    }
  }

  private void bootPartition(Path kernel) throws IOException {
    Path boot = kernel.resolve("boot");
    Path linux;
    try (Stream<Path> files = Files.list(boot)) {
      linux =
          files
              .filter(each -> each.getFileName().toString().startsWith("vmlinuz"))
              .findFirst()
              .orElseThrow(() -> new IOException("no kernel in " + boot));
    }
    Files.writeString(
        folder.resolve("syslinux.cfg"),
        """
        DEFAULT linux
        PROMPT 0
        LABEL linux
          LINUX /vmlinuz
          INITRD /initrd.gz
          APPEND console=ttyS0 quiet panic=1
        """);
    empty("boot.part", BOOT_BYTES);
    String before = Long.toString(BOOT_AT_BYTES / SECTOR);
    commands.run("mkfs.fat", "-F", "16", "-h", before, "boot.part");
    commands.run("mmd", "-i", "boot.part", "::/EFI", "::/EFI/BOOT");
    copyIn(linux.toString(), "vmlinuz");
    copyIn("initrd.gz", "initrd.gz");
    copyIn("syslinux.cfg", "syslinux.cfg");
    copyIn(LOADER_UEFI, "EFI/BOOT/BOOTX64.EFI");
    copyIn(LOADER_UEFI_CORE, "EFI/BOOT/ldlinux.e64");
    commands.run("syslinux", "--install", "boot.part");
  }

  private void copyIn(String file, String name) throws IOException {
    if (file.startsWith("/usr/") && !Files.exists(Path.of(file))) {
      throw new IOException(
          file + " is not on this machine; \"ear/bin/holdfast test\" as root installs it");
    }
    commands.run("mcopy", "-i", "boot.part", file, "::/" + name);
  }

  private void filesPartition() throws IOException {
    Path files = Files.createDirectories(folder.resolve("root/files"));
    StringBuilder sums = new StringBuilder();
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 1; i <= FIRST_FILES; i++) {
      byte[] content = new byte[i * 9_001];
      random.nextBytes(content);
      String name = String.format("first-%02d", i);
      Files.write(files.resolve(name), content);
      sums.append(sha256(content)).append("  files/").append(name).append('\n');
    }
    Files.writeString(folder.resolve("root/sums"), sums);
    empty("files.part", FILES_BYTES);
    commands.run(
        "mke2fs",
        "-q",
        "-t",
        "ext4",
        "-b",
        Long.toString(BLOCK_BYTES),
        "-E",
        "root_owner=0:0",
        "-d",
        "root",
        "files.part");
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void disk() throws IOException {
    Path disk = empty(DISK, SIZE_BYTES);
    String line = "start=%d,size=%d,type=%s%n";
    commands.runWithInput(
        "label: dos\n"
            + String.format(line, BOOT_AT_BYTES / SECTOR, BOOT_BYTES / SECTOR, "ef,bootable")
            + String.format(line, FILES_AT_BYTES / SECTOR, FILES_BYTES / SECTOR, "83"),
        "sfdisk",
        "-q",
        DISK);
    try (FileChannel target = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      byte[] code = Files.readAllBytes(Path.of(BOOT_CODE));
      target.write(ByteBuffer.wrap(code, 0, Math.min(code.length, BOOT_CODE_BYTES)), 0);
      copy(folder.resolve("boot.part"), target, BOOT_AT_BYTES);
      copy(folder.resolve("files.part"), target, FILES_AT_BYTES);
    }
  }

  /** Leaves what is zero a hole. */
  private static void copy(Path from, FileChannel target, long at) throws IOException {
    byte[] zeros = new byte[COPY_BYTES];
    try (var in = Files.newInputStream(from)) {
      long offset = at;
      for (byte[] part = in.readNBytes(COPY_BYTES);
          part.length > 0;
          part = in.readNBytes(COPY_BYTES)) {
        if (!Arrays.equals(part, 0, part.length, zeros, 0, part.length)) {
          ByteBuffer bytes = ByteBuffer.wrap(part);
          while (bytes.hasRemaining()) {
            target.write(bytes, offset + bytes.position());
          }
        }
        offset += part.length;
      }
    }
  }

  private Path empty(String name, long sizeBytes) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(sizeBytes);
    }
    return file;
  }

  /** Writes an image as qcow2. */
  public static void asQcow2(Path image, Path target) {
    try {
      Files.createDirectories(target.getParent());
      new Commands(image.getParent())
          .run(
              "qemu-img",
              "convert",
              "-f",
              "raw",
              "-O",
              "qcow2",
              image.toString(),
              target.toString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * The place of the content of one of the first files on the raw image.
   *
   * @param number 1 to {@link #FIRST_FILES}
   */
  public static long placeOfFirstFile(Path image, int number) throws IOException {
    String said =
        new Commands(image.getParent())
            .run(
                "debugfs",
                "-R",
                String.format("blocks files/first-%02d", number),
                image.resolveSibling("files.part").toString());
    String block = said.lines().reduce((first, second) -> second).orElse("").strip().split(" ")[0];
    return FILES_AT_BYTES + Long.parseLong(block) * BLOCK_BYTES;
  }
}
