package io.holdfast.source.cvd.jna;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.ptr.ShortByReference;
import io.holdfast.source.spi.DiskEndpoint.PlatformLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The loaded SDK. Thread-safe. Errors go through the mapping that the caller gives. */
public final class CvdSdk {
  private static final int ERROR_TEXT_BYTES = 512;

  private final CvdLibrary library;

  private CvdSdk(CvdLibrary library) {
    this.library = library;
  }

  /**
   * Loads the library.
   *
   * @throws UnsatisfiedLinkError when the file is no library for this machine, or lacks a function
   */
  public static CvdSdk load(Path file) {
    CvdLibrary library =
        Native.load(
            file.toAbsolutePath().toString(),
            CvdLibrary.class,
            Map.of(Library.OPTION_STRING_ENCODING, UTF_8.name()));
    library.cvd_version();
    return new CvdSdk(library);
  }

  /** The SDK's own version text. */
  public String version() {
    return library.cvd_version();
  }

  /** Sets log file and level (0 message, 1 warning, 2 error) for the whole process. */
  public void logTo(Path file, int level, CvdError.Mapping errors) {
    check("cvd_init", library.cvd_init(file.toString(), level), errors);
  }

  /** Connects to cvd-ds and logs in. */
  public CvdConnection connect(
      String host, int port, PlatformLogin login, Duration timeout, CvdError.Mapping errors) {
    PointerByReference out = new PointerByReference();
    int millis = Math.toIntExact(timeout.toMillis());
    int result =
        library.cvd_connect(host, (short) port, login.user(), login.password(), millis, out);
    check("cvd_connect", result, errors);
    return new CvdConnection(this, given(out));
  }

  CvdLibrary library() {
    return library;
  }

  /** Returns a result that is no error. */
  long check(String function, long result, CvdError.Mapping errors) {
    if (result >= 0) {
      return result;
    }
    byte[] text = new byte[ERROR_TEXT_BYTES];
    ShortByReference port = new ShortByReference();
    int errno = library.cvd_last_error(text, text.length, port);
    throw errors.of(
        new CvdError(
            function,
            (int) result,
            errno,
            Short.toUnsignedInt(port.getValue()),
            Native.toString(text, UTF_8.name())));
  }

  /** A pointer that is not null: a library that says success and gives none is not to be used. */
  static Pointer given(PointerByReference out) {
    return Objects.requireNonNull(out.getValue(), "the CVD-SDK gave no handle");
  }
}
