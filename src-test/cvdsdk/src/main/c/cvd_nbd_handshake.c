/* Opening a data port: fixed newstyle, structured replies, base:allocation. */
#include <unistd.h>

#include "cvd_nbd_wire.h"

#define NBD_MAGIC 0x4e42444d41474943ull
#define NBD_IHAVEOPT 0x49484156454F5054ull
#define NBD_OPTION_REPLY 0x3e889045565a9ull
#define NBD_OPT_GO 7u
#define NBD_OPT_STRUCTURED 8u
#define NBD_OPT_META_CONTEXT 10u
#define NBD_REP_ACK 1u
#define NBD_REP_INFO 3u
#define NBD_REP_CONTEXT 4u
#define OPTION_BYTES 4096u

static unsigned char *put_text(unsigned char *at, const char *text) {
  size_t count = strlen(text);
  at = put32(at, (uint32_t)count);
  memcpy(at, text, count);
  return at + count;
}

static int send_option(cvd_nbd *nbd, uint32_t option, const unsigned char *payload,
                       uint32_t payload_bytes) {
  unsigned char header[16];
  uint64_t magic = htobe64(NBD_IHAVEOPT);
  memcpy(header, &magic, sizeof magic);
  put32(put32(header + 8, option), payload_bytes);
  int result = cvd_net_send(nbd->fd, header, sizeof header, nbd->port);
  return result == CVD_OK && payload_bytes > 0
             ? cvd_net_send(nbd->fd, payload, payload_bytes, nbd->port)
             : result;
}

static int receive_option(cvd_nbd *nbd, uint32_t option, uint32_t *type, unsigned char *payload,
                          uint32_t *payload_bytes) {
  unsigned char header[20];
  int result = cvd_net_receive(nbd->fd, header, sizeof header, nbd->port);
  if (result != CVD_OK) {
    return result;
  }
  *type = get32(header + 12);
  *payload_bytes = get32(header + 16);
  if (get64(header) != NBD_OPTION_REPLY || get32(header + 8) != option ||
      *payload_bytes >= OPTION_BYTES) {
    return cvd_nbd_violation(nbd, "unexpected answer in the handshake");
  }
  result = cvd_net_receive(nbd->fd, payload, *payload_bytes, nbd->port);
  payload[*payload_bytes] = '\0';
  return result;
}

static int negotiate_structured(cvd_nbd *nbd) {
  unsigned char answer[OPTION_BYTES];
  uint32_t type;
  uint32_t count;
  int result = send_option(nbd, NBD_OPT_STRUCTURED, NULL, 0);
  if (result == CVD_OK) {
    result = receive_option(nbd, NBD_OPT_STRUCTURED, &type, answer, &count);
  }
  if (result == CVD_OK && type != NBD_REP_ACK) {
    return cvd_nbd_violation(nbd, "no structured replies");
  }
  return result;
}

static int negotiate_allocation(cvd_nbd *nbd, const char *export_name) {
  unsigned char question[OPTION_BYTES];
  unsigned char answer[OPTION_BYTES];
  uint32_t type = NBD_REP_CONTEXT;
  uint32_t count;
  unsigned char *end = put_text(question, export_name);
  end = put_text(put32(end, 1), "base:allocation");
  int result = send_option(nbd, NBD_OPT_META_CONTEXT, question, (uint32_t)(end - question));
  while (result == CVD_OK && type == NBD_REP_CONTEXT) {
    result = receive_option(nbd, NBD_OPT_META_CONTEXT, &type, answer, &count);
    if (result == CVD_OK && type == NBD_REP_CONTEXT && count > 4) {
      nbd->tells_zeros = true;
      nbd->allocation_context = get32(answer);
    }
  }
  return result;
}

static int negotiate_export(cvd_nbd *nbd, const char *export_name) {
  unsigned char question[OPTION_BYTES];
  unsigned char answer[OPTION_BYTES];
  uint32_t type = NBD_REP_INFO;
  uint32_t count;
  bool described = false;
  unsigned char *end = put_text(question, export_name);
  *end++ = 0;
  *end++ = 0;
  int result = send_option(nbd, NBD_OPT_GO, question, (uint32_t)(end - question));
  while (result == CVD_OK && type == NBD_REP_INFO) {
    result = receive_option(nbd, NBD_OPT_GO, &type, answer, &count);
    if (result == CVD_OK && type == NBD_REP_INFO && count >= 12 && get16(answer) == 0) {
      nbd->size = get64(answer + 2);
      nbd->flags = get16(answer + 10);
      described = true;
    }
  }
  if (result == CVD_OK && type != NBD_REP_ACK) {
    return cvd_fail(CVD_E_REFUSED, 0, nbd->port, "data port %u: %s", nbd->port, (char *)answer);
  }
  if (result == CVD_OK && (!described || nbd->size > INT64_MAX)) {
    return cvd_nbd_violation(nbd, "no size of the export");
  }
  return result;
}

int cvd_nbd_open(cvd_nbd *nbd, const char *host, uint16_t port, const char *export_name,
                 uint32_t timeout_ms) {
  memset(nbd, 0, sizeof *nbd);
  nbd->port = port;
  int result = cvd_net_connect(host, port, timeout_ms, &nbd->fd);
  if (result != CVD_OK) {
    nbd->fd = -1;
    return result;
  }
  unsigned char greeting[18];
  result = cvd_net_receive(nbd->fd, greeting, sizeof greeting, port);
  if (result == CVD_OK && (get64(greeting) != NBD_MAGIC || get64(greeting + 8) != NBD_IHAVEOPT ||
                           (get16(greeting + 16) & 3) != 3)) {
    result = cvd_nbd_violation(nbd, "not NBD of the fixed newstyle");
  }
  if (result == CVD_OK) {
    unsigned char flags[4];
    put32(flags, 3);
    result = cvd_net_send(nbd->fd, flags, sizeof flags, port);
  }
  if (result == CVD_OK) {
    result = negotiate_structured(nbd);
  }
  if (result == CVD_OK) {
    result = negotiate_allocation(nbd, export_name);
  }
  if (result == CVD_OK) {
    result = negotiate_export(nbd, export_name);
  }
  if (result != CVD_OK) {
    close(nbd->fd);
    nbd->fd = -1;
    return result == CVD_E_LOST ? CVD_E_UNREACHABLE : result;
  }
  cvd_net_timeout(nbd->fd, CVD_IO_TIMEOUT_MS);
  return CVD_OK;
}
