/* The data port: NBD, fixed newstyle with structured replies, one request at a time. */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cvd_internal.h"

#define NBD_MAGIC 0x4e42444d41474943ull
#define NBD_IHAVEOPT 0x49484156454F5054ull
#define NBD_OPTION_REPLY 0x3e889045565a9ull
#define NBD_REQUEST 0x25609513u
#define NBD_SIMPLE_REPLY 0x67446698u
#define NBD_STRUCTURED_REPLY 0x668e33efu
#define NBD_OPT_GO 7u
#define NBD_OPT_STRUCTURED 8u
#define NBD_OPT_META_CONTEXT 10u
#define NBD_REP_ACK 1u
#define NBD_REP_INFO 3u
#define NBD_REP_CONTEXT 4u
#define NBD_READ 0u
#define NBD_WRITE 1u
#define NBD_DISC 2u
#define NBD_FLUSH 3u
#define NBD_WRITE_ZEROES 6u
#define NBD_BLOCK_STATUS 7u
#define NBD_FLAG_ZEROES (1u << 6)
#define NBD_FLAG_FLUSH (1u << 2)
#define NBD_STATE_ZERO 2u
#define OPTION_BYTES 4096u
#define STATUS_BYTES (1u << 20)
#define ZERO_STEP (1u << 30)
#define PEER_ENOSPC 28
#define PEER_EIO 5

typedef struct __attribute__((packed)) {
  uint32_t magic;
  uint16_t flags;
  uint16_t type;
  uint64_t cookie;
  uint64_t offset;
  uint32_t length;
} nbd_request;

static uint16_t get16(const unsigned char *at) {
  uint16_t value;
  memcpy(&value, at, sizeof value);
  return be16toh(value);
}

static uint32_t get32(const unsigned char *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return be32toh(value);
}

static uint64_t get64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return be64toh(value);
}

static unsigned char *put32(unsigned char *at, uint32_t value) {
  value = htobe32(value);
  memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

static unsigned char *put_text(unsigned char *at, const char *text) {
  size_t count = strlen(text);
  at = put32(at, (uint32_t)count);
  memcpy(at, text, count);
  return at + count;
}

static int violation(const cvd_nbd *nbd, const char *what) {
  return cvd_fail(CVD_E_PROTOCOL, 0, nbd->port, "data port %u: %s", nbd->port, what);
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
    return violation(nbd, "unexpected answer in the handshake");
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
    return violation(nbd, "no structured replies");
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
    return violation(nbd, "no size of the export");
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
    result = violation(nbd, "not NBD of the fixed newstyle");
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

static int send_request(cvd_nbd *nbd, uint16_t type, uint64_t offset, uint32_t length) {
  nbd_request request = {.magic = htobe32(NBD_REQUEST),
                         .type = htobe16(type),
                         .cookie = htobe64(++nbd->cookie),
                         .offset = htobe64(offset),
                         .length = htobe32(length)};
  return cvd_net_send(nbd->fd, &request, sizeof request, nbd->port);
}

/* One answer: where its bytes go, how far it got, what the server said. */
typedef struct {
  unsigned char *into;
  uint64_t offset;
  uint32_t length;
  uint32_t received;
  unsigned char *status;
  uint32_t status_bytes;
  int error;
  char words[256];
} nbd_answer;

static int receive_bytes(cvd_nbd *nbd, nbd_answer *answer, uint32_t length, bool hole) {
  unsigned char position[12];
  uint32_t position_bytes = hole ? 12 : 8;
  int result = cvd_net_receive(nbd->fd, position, position_bytes, nbd->port);
  if (result != CVD_OK) {
    return result;
  }
  uint32_t count = hole ? get32(position + 8) : length - 8;
  if (answer->into == NULL || get64(position) != answer->offset + answer->received ||
      count > answer->length - answer->received) {
    return violation(nbd, "bytes that were not asked for");
  }
  unsigned char *target = answer->into + answer->received;
  answer->received += count;
  if (hole) {
    memset(target, 0, count);
    return CVD_OK;
  }
  return cvd_net_receive(nbd->fd, target, count, nbd->port);
}

static int receive_error(cvd_nbd *nbd, nbd_answer *answer, uint32_t length) {
  unsigned char payload[OPTION_BYTES];
  if (length < 6 || length >= sizeof payload) {
    return violation(nbd, "an error of a strange length");
  }
  int result = cvd_net_receive(nbd->fd, payload, length, nbd->port);
  if (result == CVD_OK && answer->error == 0) {
    uint32_t word_bytes = get16(payload + 4);
    answer->error = get32(payload) == 0 ? PEER_EIO : (int)get32(payload);
    word_bytes = word_bytes < length - 6 ? word_bytes : length - 6;
    snprintf(answer->words, sizeof answer->words, "%.*s", (int)word_bytes, (char *)payload + 6);
  }
  return result;
}

static int receive_chunk(cvd_nbd *nbd, nbd_answer *answer, bool *done) {
  unsigned char header[20];
  int result = cvd_net_receive(nbd->fd, header, 16, nbd->port);
  if (result != CVD_OK) {
    return result;
  }
  if (get64(header + 8) != nbd->cookie) {
    return violation(nbd, "a reply to another request");
  }
  if (get32(header) == NBD_SIMPLE_REPLY && answer->into == NULL) {
    answer->error = (int)get32(header + 4);
    *done = true;
    return CVD_OK;
  }
  if (get32(header) != NBD_STRUCTURED_REPLY) {
    return violation(nbd, "a reply with a wrong beginning");
  }
  result = cvd_net_receive(nbd->fd, header + 16, 4, nbd->port);
  uint16_t type = get16(header + 6);
  uint32_t length = get32(header + 16);
  *done = (get16(header + 4) & 1) != 0;
  if (result != CVD_OK) {
    return result;
  }
  if (type == 1 && length > 8) {
    return receive_bytes(nbd, answer, length, false);
  }
  if (type == 2 && length == 12) {
    return receive_bytes(nbd, answer, length, true);
  }
  if (type == 5 && answer->status != NULL && length >= 12 && length <= STATUS_BYTES) {
    answer->status_bytes = length;
    return cvd_net_receive(nbd->fd, answer->status, length, nbd->port);
  }
  if ((type & 0x8000) != 0) {
    return receive_error(nbd, answer, length);
  }
  return type == 0 && length == 0 && *done ? CVD_OK : violation(nbd, "an unknown kind of reply");
}

static int receive_answer(cvd_nbd *nbd, nbd_answer *answer) {
  bool done = false;
  while (!done) {
    int result = receive_chunk(nbd, answer, &done);
    if (result != CVD_OK) {
      return result;
    }
  }
  if (answer->error != 0) {
    return cvd_fail(answer->error == PEER_ENOSPC ? CVD_E_NOSPACE : CVD_E_IO, answer->error,
                    nbd->port, "errno %d at offset %llu: %s", answer->error,
                    (unsigned long long)answer->offset, answer->words);
  }
  if (answer->into != NULL && answer->received != answer->length) {
    return violation(nbd, "a reply that ends too early");
  }
  return CVD_OK;
}

int cvd_nbd_read(cvd_nbd *nbd, void *into, uint32_t length, uint64_t offset) {
  nbd_answer answer = {.into = into, .offset = offset, .length = length};
  int result = send_request(nbd, NBD_READ, offset, length);
  return result == CVD_OK ? receive_answer(nbd, &answer) : result;
}

int cvd_nbd_write(cvd_nbd *nbd, const void *from, uint32_t length, uint64_t offset) {
  nbd_answer answer = {.offset = offset, .length = length};
  int result = send_request(nbd, NBD_WRITE, offset, length);
  if (result == CVD_OK) {
    result = cvd_net_send(nbd->fd, from, length, nbd->port);
  }
  return result == CVD_OK ? receive_answer(nbd, &answer) : result;
}

static int write_zeroes(cvd_nbd *nbd, uint64_t offset, uint32_t length) {
  nbd_answer answer = {.offset = offset, .length = length};
  int result = send_request(nbd, NBD_WRITE_ZEROES, offset, length);
  return result == CVD_OK ? receive_answer(nbd, &answer) : result;
}

/* Without WRITE_ZEROES on the server: bytes. */
static int write_zero_bytes(cvd_nbd *nbd, uint64_t offset, uint64_t length) {
  unsigned char *zeros = calloc(1, CVD_MIN_BUFFER);
  int result = zeros == NULL ? cvd_fail(CVD_E_MEMORY, 0, 0, "no memory") : CVD_OK;
  while (result == CVD_OK && length > 0) {
    uint32_t count = length < CVD_MIN_BUFFER ? (uint32_t)length : CVD_MIN_BUFFER;
    result = cvd_nbd_write(nbd, zeros, count, offset);
    offset += count;
    length -= count;
  }
  free(zeros);
  return result;
}

/* Zeroes what the server does not call zero already; *covered tells how far its answer reached. */
static int zero_by_status(cvd_nbd *nbd, unsigned char *status, uint64_t offset, uint32_t length,
                          uint32_t *covered) {
  nbd_answer answer = {.offset = offset, .length = length, .status = status};
  int result = send_request(nbd, NBD_BLOCK_STATUS, offset, length);
  if (result == CVD_OK) {
    result = receive_answer(nbd, &answer);
  }
  *covered = 0;
  if (result == CVD_OK && answer.status_bytes >= 12) {
    for (uint32_t i = 4; result == CVD_OK && i + 8 <= answer.status_bytes && *covered < length;
         i += 8) {
      uint32_t count = get32(status + i);
      count = count < length - *covered ? count : length - *covered;
      if (count > 0 && (get32(status + i + 4) & NBD_STATE_ZERO) == 0) {
        result = write_zeroes(nbd, offset + *covered, count);
      }
      *covered += count;
    }
  }
  if (result == CVD_OK && *covered == 0) {
    *covered = length;
    result = write_zeroes(nbd, offset, length);
  }
  return result;
}

int cvd_nbd_zero(cvd_nbd *nbd, uint64_t offset, uint64_t length) {
  if ((nbd->flags & NBD_FLAG_ZEROES) == 0) {
    return write_zero_bytes(nbd, offset, length);
  }
  unsigned char *status = nbd->tells_zeros ? malloc(STATUS_BYTES) : NULL;
  int result = CVD_OK;
  while (result == CVD_OK && length > 0) {
    uint32_t count = length < ZERO_STEP ? (uint32_t)length : ZERO_STEP;
    if (status != NULL) {
      result = zero_by_status(nbd, status, offset, count, &count);
    } else {
      result = write_zeroes(nbd, offset, count);
    }
    offset += count;
    length -= count;
  }
  free(status);
  return result;
}

int cvd_nbd_flush(cvd_nbd *nbd) {
  if ((nbd->flags & NBD_FLAG_FLUSH) == 0) {
    return CVD_OK;
  }
  nbd_answer answer = {.offset = 0};
  int result = send_request(nbd, NBD_FLUSH, 0, 0);
  return result == CVD_OK ? receive_answer(nbd, &answer) : result;
}

void cvd_nbd_close(cvd_nbd *nbd) {
  if (nbd->fd >= 0) {
    nbd_request request = {.magic = htobe32(NBD_REQUEST), .type = htobe16(NBD_DISC)};
    (void)!send(nbd->fd, &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(nbd->fd);
    nbd->fd = -1;
  }
}
