package io.holdfast.pool.format;

import java.nio.charset.StandardCharsets;

/** The kinds of files in a pool, each with its own version. */
public enum FileKind {
  DESCRIPTOR("POOL"),
  LEASE("LEAS"),
  PACK("PACK"),
  DISK_MAP("DMAP"),
  MANIFEST("MNFT"),
  SESSION("SESS"),
  PLAN("PLAN"),
  JOURNAL("JRNL"),
  SEAL("SEAL"),
  OWNER_DOCUMENT("DOCU"),
  KEY_SLOT("KEYS"),
  INDEX_STATE("INDX"),
  GC_STATE("GCST"),
  CONDEMNED("COND"),
  MOVED_PACK("MOVD"),
  RETENTION("RTNT"),
  VERIFIED("VRFY");

  /** The only version so far, of every kind. */
  static final int VERSION = 1;

  private final long magic;

  FileKind(String letters) {
    long value = 0x894846L;
    for (byte letter : letters.getBytes(StandardCharsets.US_ASCII)) {
      value = value << 8 | letter;
    }
    this.magic = value << 8 | 0x0A;
  }

  /** The file's first eight bytes. */
  public long magic() {
    return magic;
  }

  /** The version written now. */
  public int currentVersion() {
    return VERSION;
  }

  /** The oldest version read. */
  public int oldestVersion() {
    return VERSION;
  }
}
