/* What the parts of the stand-in share. Nothing here is exported. */
#ifndef CVD_INTERNAL_H
#define CVD_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cvdsdk.h"

#define CVD_LINE_BYTES 65536
#define CVD_IO_TIMEOUT_MS 120000

/* cvd_log.c: log, and the thread's last error */
void cvd_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));
int cvd_fail(int code, int peer_errno, uint16_t port, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* cvd_net.c: sockets; all return CVD_OK or an error that cvd_fail has noted */
int cvd_net_connect(const char *host, uint16_t port, uint32_t timeout_ms, int *fd);
void cvd_net_timeout(int fd, uint32_t timeout_ms);
int cvd_net_send(int fd, const void *bytes, size_t count, uint16_t port);
int cvd_net_receive(int fd, void *bytes, size_t count, uint16_t port);

/* cvd_json.c: one flat object a line */
typedef struct {
  char text[CVD_LINE_BYTES];
  size_t length;
  bool overflow;
} cvd_json;

void cvd_json_begin(cvd_json *json);
void cvd_json_string(cvd_json *json, const char *key, const char *value);
void cvd_json_number(cvd_json *json, const char *key, int64_t value);
/* Ends the object and the line; false when it did not fit. */
bool cvd_json_end(cvd_json *json);

/* Values of the outermost object; false when missing, of another type or too long. */
bool cvd_json_get_string(const char *line, const char *key, char *value, size_t value_bytes);
bool cvd_json_get_number(const char *line, const char *key, int64_t *value);
bool cvd_json_get_bool(const char *line, const char *key, bool *value);

/* cvd_nbd_handshake.c, cvd_nbd.c: one data connection; one request at a time */
typedef struct {
  int fd;
  uint16_t port;
  uint64_t size;
  uint16_t flags;
  uint32_t allocation_context;
  bool tells_zeros;
  uint64_t cookie;
} cvd_nbd;

int cvd_nbd_open(cvd_nbd *nbd, const char *host, uint16_t port, const char *export_name,
                 uint32_t timeout_ms);
int cvd_nbd_read(cvd_nbd *nbd, void *into, uint32_t length, uint64_t offset);
int cvd_nbd_write(cvd_nbd *nbd, const void *from, uint32_t length, uint64_t offset);
int cvd_nbd_zero(cvd_nbd *nbd, uint64_t offset, uint64_t length);
int cvd_nbd_flush(cvd_nbd *nbd);
void cvd_nbd_close(cvd_nbd *nbd);

#endif
