package io.holdfast.source.cvd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.LimitedCalls;
import io.holdfast.source.LimitedOpening;
import io.holdfast.source.cvd.jna.CvdConnection;
import io.holdfast.source.cvd.jna.CvdSdk;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.CvdObject;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Opens disks of a CVK through the CVD-SDK (CAS-09, CAS-11). The library {@code libcvdsdk.so} is
 * the vendor's; it is looked for in one folder whenever it is needed and not loaded yet, so it may
 * be installed while the agent runs (AGT-06). Thread-safe.
 */
public final class CvdDiskTransport implements DiskTransport {
  /** System property that names the library's folder. */
  public static final String FOLDER_PROPERTY = "holdfast.cvdsdk.folder";

  /** Where the SDK's installer puts the library [INF]. */
  public static final Path DEFAULT_FOLDER = Path.of("/opt/cvd-sdk/lib");

  public static final String LIBRARY_NAME = "libcvdsdk.so";
  public static final String LOG_NAME = "cvd-sdk.log";

  private static final int MIN_BUFFER_BYTES = 64 << 10;
  private static final int MAX_BUFFER_BYTES = 8 << 20;
  private static final int MAX_CONNECTIONS = 5;

  private final Path libraryFolder;
  private final Path logFolder;
  private final CvdLimits limits;

  /** The library once loaded, and its log level in force. Guarded by this. */
  private CvdSdk sdk;

  private int logLevel = -1;

  /** Looks for the library where {@link #FOLDER_PROPERTY} says, else in the default folder. */
  public CvdDiskTransport(Path logFolder) {
    this(Path.of(System.getProperty(FOLDER_PROPERTY, DEFAULT_FOLDER.toString())), logFolder);
  }

  /**
   * @param libraryFolder where {@link #LIBRARY_NAME} is looked for
   * @param logFolder where the SDK writes {@link #LOG_NAME}
   */
  public CvdDiskTransport(Path libraryFolder, Path logFolder) {
    this(libraryFolder, logFolder, CvdLimits.standard());
  }

  CvdDiskTransport(Path libraryFolder, Path logFolder, CvdLimits limits) {
    this.libraryFolder = libraryFolder;
    this.logFolder = logFolder;
    this.limits = limits;
  }

  @Override
  public String scheme() {
    return "cvd-sdk";
  }

  @Override
  public Availability availability() {
    try {
      int hanging = LimitedCalls.hanging();
      String state = hanging == 0 ? "" : ", calls that hang: " + hanging;
      return new Availability(
          hanging < limits.hanging(), loaded().version() + ", " + libraryFolder + state);
    } catch (BackupException missing) {
      String why = missing.parameters().get("cause");
      return new Availability(
          false, libraryFolder + "/" + LIBRARY_NAME + (why.isEmpty() ? "" : " (" + why + ")"));
    }
  }

  @Override
  public DiskSource openForReading(DiskEndpoint endpoint) {
    return open(endpoint, false);
  }

  @Override
  public DiskTarget openForWriting(DiskEndpoint endpoint) {
    return open(endpoint, true);
  }

  private CvdDisk open(DiskEndpoint endpoint, boolean forWriting) {
    if (!(endpoint.object() instanceof CvdObject object)) {
      throw DiskFailures.wrongObject(endpoint);
    }
    requireWithin("bufferBytes", endpoint.bufferBytes(), MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
    requireWithin("connections", endpoint.connections(), 1, MAX_CONNECTIONS);
    if (LimitedCalls.hanging() >= limits.hanging()) {
      throw hangs("open", Reason.of(ReasonCode.CALLS_HANG, "count", LimitedCalls.hanging()));
    }
    CvdSdk library = loadedLoggingAt(endpoint.logLevel());
    Duration limit = endpoint.connectTimeout().plus(limits.opening());
    return new LimitedOpening(
            "cvd-open " + endpoint.host(),
            limit,
            "CVD-SDK",
            () -> hangs("open", Reason.of(ReasonCode.NO_ANSWER_FOR, "seconds", limit.toSeconds())))
        .open(() -> opened(library, endpoint, object, forWriting), CvdDisk::close);
  }

  private static BackupException hangs(String function, String cause) {
    return BackupException.of(
        ErrorCode.NATIVE_CALL_FAILED, "function", "cvd_" + function, "errno", "-", "cause", cause);
  }

  private CvdDisk opened(
      CvdSdk library, DiskEndpoint endpoint, CvdObject object, boolean forWriting) {
    DiskFailures failures = failures(endpoint, object);
    CvdErrors errors = new CvdErrors(failures);
    CvdConnection connection =
        library.connect(
            endpoint.host(),
            endpoint.port(),
            object.login(),
            endpoint.connectTimeout(),
            errors::opening);
    try {
      return new CvdDisk(
          connection,
          connection.open(
              object, forWriting, endpoint.bufferBytes(), endpoint.connections(), errors::opening),
          endpoint.connections(),
          failures,
          limits);
    } catch (BackupException e) {
      connection.close();
      throw e;
    }
  }

  private synchronized CvdSdk loadedLoggingAt(String level) {
    CvdSdk library = loaded();
    int number =
        switch (level) {
          case "message" -> 0;
          case "warning" -> 1;
          case "error" -> 2;
          default ->
              throw BackupException.of(
                  ErrorCode.INVALID_VALUE,
                  "field",
                  "logLevel",
                  "value",
                  level,
                  "expected",
                  "message, warning, error");
        };
    if (number != logLevel) {
      library.logTo(logFolder.resolve(LOG_NAME), number, CvdErrors::nativeCall);
      logLevel = number;
    }
    return library;
  }

  private synchronized CvdSdk loaded() {
    if (sdk == null) {
      Path file = libraryFolder.resolve(LIBRARY_NAME);
      if (!Files.isReadable(file)) {
        throw missing(null);
      }
      try {
        sdk = CvdSdk.load(file);
      } catch (UnsatisfiedLinkError notForUs) {
        throw missing(notForUs);
      }
    }
    return sdk;
  }

  private BackupException missing(Throwable cause) {
    return BackupException.of(
        ErrorCode.NATIVE_LIBRARY_MISSING,
        BackupException.parameters(
            "file",
            LIBRARY_NAME,
            "folder",
            libraryFolder,
            "cause",
            cause == null ? "" : cause.getMessage()),
        cause);
  }

  private static void requireWithin(String field, int value, int from, int to) {
    if (value < from || value > to) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", from, "max", to);
    }
  }

  private static DiskFailures failures(DiskEndpoint endpoint, CvdObject object) {
    String what = object.path().isEmpty() ? object.vmId() + "/" + object.device() : object.path();
    String at = object.snapshot().isEmpty() ? "" : "@" + object.snapshot();
    return new DiskFailures(endpoint.host() + ":" + what + at, endpoint.host(), endpoint.port());
  }
}
