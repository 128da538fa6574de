/* The data port in transmission: one request at a time, structured replies in order. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cvd_nbd_wire.h"

#define ERROR_BYTES 4096u
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
    return cvd_nbd_violation(nbd, "bytes that were not asked for");
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
  unsigned char payload[ERROR_BYTES];
  if (length < 6 || length >= sizeof payload) {
    return cvd_nbd_violation(nbd, "an error of a strange length");
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
    return cvd_nbd_violation(nbd, "a reply to another request");
  }
  if (get32(header) == NBD_SIMPLE_REPLY && answer->into == NULL) {
    answer->error = (int)get32(header + 4);
    *done = true;
    return CVD_OK;
  }
  if (get32(header) != NBD_STRUCTURED_REPLY) {
    return cvd_nbd_violation(nbd, "a reply with a wrong beginning");
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
  return type == 0 && length == 0 && *done ? CVD_OK : cvd_nbd_violation(nbd, "an unknown kind of reply");
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
    return cvd_nbd_violation(nbd, "a reply that ends too early");
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
