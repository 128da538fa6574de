/* TCP with time-outs. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cvd_internal.h"

static int connect_one(const struct addrinfo *address, uint32_t timeout_ms, int *error) {
  int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    *error = errno;
    return -1;
  }
  *error = 0;
  if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
    *error = errno;
    if (*error == EINPROGRESS) {
      struct pollfd wait = {.fd = fd, .events = POLLOUT};
      int ready;
      do {
        ready = poll(&wait, 1, (int)timeout_ms);
      } while (ready < 0 && errno == EINTR);
      socklen_t size = sizeof *error;
      if (ready == 0) {
        *error = ETIMEDOUT;
      } else {
        getsockopt(fd, SOL_SOCKET, SO_ERROR, error, &size);
      }
    }
  }
  if (*error != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

int cvd_net_connect(const char *host, uint16_t port, uint32_t timeout_ms, int *fd) {
  char service[8];
  snprintf(service, sizeof service, "%u", port);
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int unresolved = getaddrinfo(host, service, &hints, &found);
  if (unresolved != 0) {
    return cvd_fail(CVD_E_UNREACHABLE, 0, port, "%s: %s", host, gai_strerror(unresolved));
  }
  int error = 0;
  *fd = -1;
  for (const struct addrinfo *one = found; one != NULL && *fd < 0; one = one->ai_next) {
    *fd = connect_one(one, timeout_ms, &error);
  }
  freeaddrinfo(found);
  if (*fd < 0) {
    return cvd_fail(CVD_E_UNREACHABLE, error, port, "%s:%u: %s", host, port, strerror(error));
  }
  fcntl(*fd, F_SETFL, fcntl(*fd, F_GETFL) & ~O_NONBLOCK);
  int on = 1;
  setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  cvd_net_timeout(*fd, timeout_ms);
  return CVD_OK;
}

void cvd_net_timeout(int fd, uint32_t timeout_ms) {
  struct timeval limit = {.tv_sec = timeout_ms / 1000,
                          .tv_usec = (suseconds_t)(timeout_ms % 1000) * 1000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

int cvd_net_send(int fd, const void *bytes, size_t count, uint16_t port) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t sent = send(fd, next, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent < 0) {
      return cvd_fail(CVD_E_LOST, errno, port, "sending to port %u: %s", port, strerror(errno));
    }
    next += sent;
    count -= (size_t)sent;
  }
  return CVD_OK;
}

int cvd_net_receive(int fd, void *bytes, size_t count, uint16_t port) {
  char *next = bytes;
  while (count > 0) {
    ssize_t received = recv(fd, next, count, 0);
    if (received < 0 && errno == EINTR) {
      continue;
    }
    if (received == 0) {
      return cvd_fail(CVD_E_LOST, 0, port, "port %u closed the connection", port);
    }
    if (received < 0) {
      const char *why = errno == EAGAIN ? "no answer in time" : strerror(errno);
      return cvd_fail(CVD_E_LOST, errno, port, "receiving from port %u: %s", port, why);
    }
    next += received;
    count -= (size_t)received;
  }
  return CVD_OK;
}
