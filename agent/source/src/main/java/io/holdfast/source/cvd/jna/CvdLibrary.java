package io.holdfast.source.cvd.jna;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.ptr.ShortByReference;

/** The functions of {@code cvdsdk.h} [INF]; the names are the library's. */
@SuppressWarnings("checkstyle:MethodName")
interface CvdLibrary extends Library {
  // const char *cvd_version(void)
  String cvd_version();

  // int cvd_init(const char *log_file, int level)
  int cvd_init(String logFile, int level);

  // int cvd_connect(const char *host, uint16_t port, const char *user, const char *password,
  //                 uint32_t timeout_ms, cvd_connection **out)
  int cvd_connect(
      String host,
      short port,
      String user,
      String password,
      int timeoutMillis,
      PointerByReference out);

  // int cvd_open(cvd_connection *, const char *vm_id, const char *device, const char *snapshot,
  //              const char *path, int mode, uint32_t buffer_bytes, uint32_t connections,
  //              cvd_disk **out)
  int cvd_open(
      Pointer connection,
      String vmId,
      String device,
      String snapshot,
      String path,
      int mode,
      int bufferBytes,
      int connections,
      PointerByReference out);

  // int64_t cvd_size(const cvd_disk *)
  long cvd_size(Pointer disk);

  // int64_t cvd_pread(cvd_disk *, void *into, uint32_t length, uint64_t offset)
  long cvd_pread(Pointer disk, Pointer into, int length, long offset);

  // int64_t cvd_pwrite(cvd_disk *, const void *from, uint32_t length, uint64_t offset)
  long cvd_pwrite(Pointer disk, Pointer from, int length, long offset);

  // int cvd_zero(cvd_disk *, uint64_t offset, uint64_t length)
  int cvd_zero(Pointer disk, long offset, long length);

  // int cvd_flush(cvd_disk *)
  int cvd_flush(Pointer disk);

  // void cvd_cancel(cvd_disk *)
  void cvd_cancel(Pointer disk);

  // int cvd_close(cvd_disk *)
  int cvd_close(Pointer disk);

  // void cvd_disconnect(cvd_connection *)
  void cvd_disconnect(Pointer connection);

  // int cvd_last_error(char *text, uint32_t text_bytes, uint16_t *port)
  int cvd_last_error(byte[] text, int textBytes, ShortByReference port);
}
