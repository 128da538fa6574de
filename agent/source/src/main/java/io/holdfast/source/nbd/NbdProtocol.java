package io.holdfast.source.nbd;

/**
 * Numbers of the NBD protocol, named as its specification names them. All big-endian on the wire.
 */
final class NbdProtocol {
  static final long NBDMAGIC = 0x4e42444d41474943L;
  static final long IHAVEOPT = 0x49484156454F5054L;
  static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;

  static final int FLAG_FIXED_NEWSTYLE = 1;
  static final int FLAG_NO_ZEROES = 1 << 1;

  static final int OPT_EXPORT_NAME = 1;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_SET_META_CONTEXT = 10;

  static final int REP_ACK = 1;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERROR = 1 << 31;
  static final int REP_ERR_UNSUP = REP_ERROR | 1;

  static final int INFO_EXPORT = 0;
  static final int INFO_BLOCK_SIZE = 3;

  static final int REQUEST_MAGIC = 0x25609513;
  static final int SIMPLE_REPLY_MAGIC = 0x67446698;
  static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

  /** Of write-zeroes: the range keeps its space. */
  static final short CMD_FLAG_NO_HOLE = 1 << 1;

  static final short CMD_READ = 0;
  static final short CMD_WRITE = 1;
  static final short CMD_DISC = 2;
  static final short CMD_FLUSH = 3;
  static final short CMD_WRITE_ZEROES = 6;
  static final short CMD_BLOCK_STATUS = 7;

  static final int TRANSMISSION_READ_ONLY = 1 << 1;
  static final int TRANSMISSION_SEND_FLUSH = 1 << 2;
  static final int TRANSMISSION_SEND_WRITE_ZEROES = 1 << 6;
  static final int TRANSMISSION_CAN_MULTI_CONN = 1 << 8;

  static final int REPLY_FLAG_DONE = 1;
  static final int REPLY_NONE = 0;
  static final int REPLY_OFFSET_DATA = 1;
  static final int REPLY_OFFSET_HOLE = 2;
  static final int REPLY_BLOCK_STATUS = 5;
  static final int REPLY_ERROR_BIT = 1 << 15;

  /** The largest payload a peer that states no limit must take. */
  static final int DEFAULT_MAX_PAYLOAD_BYTES = 32 << 20;

  static final String BASE_ALLOCATION = "base:allocation";
  static final int STATE_ZERO = 1 << 1;

  static final int ENOSPC = 28;

  private NbdProtocol() {}

  /** The symbol of an errno that NBD defines, and its number. */
  static String errnoText(int errno) {
    String symbol =
        switch (errno) {
          case 1 -> "EPERM";
          case 5 -> "EIO";
          case 12 -> "ENOMEM";
          case 22 -> "EINVAL";
          case ENOSPC -> "ENOSPC";
          case 75 -> "EOVERFLOW";
          case 95 -> "ENOTSUP";
          case 108 -> "ESHUTDOWN";
          default -> "errno";
        };
    return symbol + " (" + errno + ")";
  }
}
