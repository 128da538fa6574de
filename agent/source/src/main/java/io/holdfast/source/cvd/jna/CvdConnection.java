package io.holdfast.source.cvd.jna;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.holdfast.source.spi.DiskEndpoint.CvdObject;

/** A connection to cvd-ds. Thread-safe but for {@link #close}, which is the last call. */
public final class CvdConnection implements AutoCloseable {
  private static final int MODE_READ = 0;
  private static final int MODE_WRITE = 1;

  private final CvdSdk sdk;
  private final Pointer connection;

  CvdConnection(CvdSdk sdk, Pointer connection) {
    this.sdk = sdk;
    this.connection = connection;
  }

  /**
   * Opens a disk.
   *
   * @param bufferBytes largest single transfer
   * @param connections how many calls can run at the same time
   */
  public CvdHandle open(
      CvdObject object,
      boolean forWriting,
      int bufferBytes,
      int connections,
      CvdError.Mapping errors) {
    PointerByReference out = new PointerByReference();
    int result =
        sdk.library()
            .cvd_open(
                connection,
                object.vmId(),
                object.device(),
                object.snapshot(),
                object.path(),
                forWriting ? MODE_WRITE : MODE_READ,
                bufferBytes,
                connections,
                out);
    sdk.check("cvd_open", result, errors);
    return new CvdHandle(sdk, CvdSdk.given(out));
  }

  /** Ends the connection. Its disks have been closed before. */
  @Override
  public void close() {
    sdk.library().cvd_disconnect(connection);
  }
}
