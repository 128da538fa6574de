package io.holdfast.source.nbd;

/**
 * What the server offers for one export.
 *
 * @param sizeBytes size of the export
 * @param flags transmission flags
 * @param minBlockBytes offsets and lengths must be multiples of it, the export's end excepted
 * @param maxPayloadBytes largest read or write
 * @param structuredReplies whether reads are answered in chunks
 * @param tellsZeros whether the server can say which ranges read as zero
 */
record NbdExportTerms(
    long sizeBytes,
    int flags,
    int minBlockBytes,
    int maxPayloadBytes,
    boolean structuredReplies,
    boolean tellsZeros) {

  boolean readOnly() {
    return (flags & NbdProtocol.TRANSMISSION_READ_ONLY) != 0;
  }

  boolean canFlush() {
    return (flags & NbdProtocol.TRANSMISSION_SEND_FLUSH) != 0;
  }

  boolean canWriteZeroes() {
    return (flags & NbdProtocol.TRANSMISSION_SEND_WRITE_ZEROES) != 0;
  }

  /** Whether what one connection wrote is seen, and flushed, by another. */
  boolean canMultiConnect() {
    return (flags & NbdProtocol.TRANSMISSION_CAN_MULTI_CONN) != 0;
  }
}
