/* Numbers and byte order of NBD. Not exported. */
#ifndef CVD_NBD_WIRE_H
#define CVD_NBD_WIRE_H

#include <endian.h>
#include <string.h>

#include "cvd_internal.h"

#define NBD_REQUEST 0x25609513u
#define NBD_SIMPLE_REPLY 0x67446698u
#define NBD_STRUCTURED_REPLY 0x668e33efu
#define NBD_READ 0u
#define NBD_WRITE 1u
#define NBD_DISC 2u
#define NBD_FLUSH 3u
#define NBD_WRITE_ZEROES 6u
#define NBD_BLOCK_STATUS 7u
#define NBD_FLAG_ZEROES (1u << 6)
#define NBD_FLAG_FLUSH (1u << 2)
#define NBD_STATE_ZERO 2u

static inline uint16_t get16(const unsigned char *at) {
  uint16_t value;
  memcpy(&value, at, sizeof value);
  return be16toh(value);
}

static inline uint32_t get32(const unsigned char *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return be32toh(value);
}

static inline uint64_t get64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return be64toh(value);
}

static inline unsigned char *put32(unsigned char *at, uint32_t value) {
  value = htobe32(value);
  memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

static inline int cvd_nbd_violation(const cvd_nbd *nbd, const char *what) {
  return cvd_fail(CVD_E_PROTOCOL, 0, nbd->port, "data port %u: %s", nbd->port, what);
}

#endif
