/*
 * C interface of the CVD-SDK as Holdfast assumes it [INF]: see doc/cvdsdk-abi.md. The real header is
 * not public. Every function may be called from any thread; what may run at the same time on one
 * object is said at each.
 */
#ifndef CVDSDK_H
#define CVDSDK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CVD_API __attribute__((visibility("default")))

/* Results: 0 or more is success. */
#define CVD_OK 0
#define CVD_E_UNREACHABLE (-1) /* nothing answers at the port that cvd_last_error names */
#define CVD_E_REFUSED (-2)     /* cvd-ds answered and said no; the text is its own */
#define CVD_E_LOST (-3)        /* the connection ended or fell silent; close the disk */
#define CVD_E_IO (-4)          /* the storage failed; cvd_last_error returns its errno */
#define CVD_E_NOSPACE (-5)     /* the storage is full */
#define CVD_E_PROTOCOL (-6)    /* the peer does not follow the protocol; close the disk */
#define CVD_E_INVALID (-7)     /* an argument is not allowed */
#define CVD_E_MEMORY (-8)      /* no memory or no thread */
#define CVD_E_CANCELLED (-9)   /* cvd_cancel was called */

#define CVD_LOG_MESSAGE 0
#define CVD_LOG_WARNING 1
#define CVD_LOG_ERROR 2

#define CVD_MODE_READ 0
#define CVD_MODE_WRITE 1

#define CVD_PORT 8192
#define CVD_MIN_BUFFER (64u << 10)
#define CVD_MAX_BUFFER (8u << 20)
#define CVD_MAX_CONNECTIONS 5u

typedef struct cvd_connection cvd_connection;
typedef struct cvd_disk cvd_disk;

/* Version text; static. */
CVD_API const char *cvd_version(void);

/*
 * Sets the log file (UTF-8 path, appended to; NULL: no log) and what is worth a line: CVD_LOG_MESSAGE
 * is the most. For the whole process; may be called again at any time.
 */
CVD_API int cvd_init(const char *log_file, int level);

/*
 * Connects to cvd-ds and logs in. timeout_ms bounds the connection and every later answer on the
 * control port and every step of connecting to a data port. One connection serves several disks.
 */
CVD_API int cvd_connect(const char *host, uint16_t port, const char *user, const char *password,
                        uint32_t timeout_ms, cvd_connection **out);

/*
 * Opens a disk: either vm_id and device (and snapshot to read), or path. What is not used is NULL or
 * empty. buffer_bytes (CVD_MIN_BUFFER..CVD_MAX_BUFFER) is the size of the largest single transfer,
 * connections (1..CVD_MAX_CONNECTIONS) how many calls on the disk can run at the same time; further
 * ones wait their turn. Safe at the same time as anything else on the connection.
 */
CVD_API int cvd_open(cvd_connection *connection, const char *vm_id, const char *device,
                     const char *snapshot, const char *path, int mode, uint32_t buffer_bytes,
                     uint32_t connections, cvd_disk **out);

/* Size in bytes; constant for the life of the handle. */
CVD_API int64_t cvd_size(const cvd_disk *disk);

/*
 * Reads or writes at an offset. Return the number of bytes moved, which may be fewer than asked for
 * (the caller must look), or an error. length may exceed buffer_bytes. Many at the same time.
 */
CVD_API int64_t cvd_pread(cvd_disk *disk, void *into, uint32_t length, uint64_t offset);
CVD_API int64_t cvd_pwrite(cvd_disk *disk, const void *from, uint32_t length, uint64_t offset);

/* Makes a range read as zero, giving space back where the storage can. Many at the same time. */
CVD_API int cvd_zero(cvd_disk *disk, uint64_t offset, uint64_t length);

/* Makes all writes that returned before durable. */
CVD_API int cvd_flush(cvd_disk *disk);

/* Makes every call on the disk, running or to come, return soon with CVD_E_CANCELLED. */
CVD_API void cvd_cancel(cvd_disk *disk);

/* Waits for running calls and frees the handle, whatever it returns. Call once per disk. */
CVD_API int cvd_close(cvd_disk *disk);

/* Ends the connection and frees it. All its disks must have been closed. */
CVD_API void cvd_disconnect(cvd_connection *connection);

/*
 * What went wrong in the calling thread's last call that failed: copies the text (UTF-8, never a
 * password; cut to fit and always ended by 0), stores the port that it is about (0: none) and
 * returns the peer's errno (0: none). text and port may be NULL.
 */
CVD_API int cvd_last_error(char *text, uint32_t text_bytes, uint16_t *port);

#ifdef __cplusplus
}
#endif
#endif
