/* The control connection: login, heartbeat, one request at a time. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cvd_control.h"

#define HEARTBEAT_SECONDS 15

static int receive_line(cvd_connection *connection) {
  size_t length = 0;
  while (true) {
    while (connection->received_from < connection->received_to) {
      char c = connection->received[connection->received_from++];
      if (c == '\n') {
        connection->line[length] = '\0';
        return CVD_OK;
      }
      if (c == '\0' || length + 1 >= sizeof connection->line) {
        return cvd_fail(CVD_E_PROTOCOL, 0, connection->port, "port %u: not a line of JSON",
                        connection->port);
      }
      connection->line[length++] = c;
    }
    ssize_t count = recv(connection->fd, connection->received, sizeof connection->received, 0);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      const char *why = count == 0           ? "closed by cvd-ds"
                        : errno == EAGAIN ? "no answer in time"
                                            : strerror(errno);
      return cvd_fail(CVD_E_LOST, count == 0 ? 0 : errno, connection->port, "port %u: %s",
                      connection->port, why);
    }
    connection->received_from = 0;
    connection->received_to = (size_t)count;
  }
}

static int check_answer(cvd_connection *connection, int64_t id) {
  bool ok = false;
  int64_t answered = -1;
  if (!cvd_json_get_bool(connection->line, "ok", &ok) ||
      !cvd_json_get_number(connection->line, "id", &answered) || answered != id) {
    return cvd_fail(CVD_E_PROTOCOL, 0, connection->port, "port %u: an answer that is none",
                    connection->port);
  }
  if (!ok) {
    char code[64];
    char message[400];
    if (!cvd_json_get_string(connection->line, "code", code, sizeof code)) {
      code[0] = '\0';
    }
    if (!cvd_json_get_string(connection->line, "message", message, sizeof message)) {
      message[0] = '\0';
    }
    return cvd_fail(CVD_E_REFUSED, 0, connection->port, "%s: %s", code, message);
  }
  return CVD_OK;
}

void cvd_control_begin(cvd_connection *connection, const char *operation) {
  pthread_mutex_lock(&connection->request_lock);
  cvd_json_begin(&connection->request);
  cvd_json_number(&connection->request, "id", ++connection->last_id);
  cvd_json_string(&connection->request, "op", operation);
}

int cvd_control_call(cvd_connection *connection) {
  if (connection->lost) {
    return cvd_fail(CVD_E_LOST, 0, connection->port, "port %u: the connection was lost before",
                    connection->port);
  }
  int result = CVD_OK;
  if (!cvd_json_end(&connection->request)) {
    return cvd_fail(CVD_E_INVALID, 0, 0, "the request is longer than a line may be");
  }
  result = cvd_net_send(connection->fd, connection->request.text, connection->request.length,
                        connection->port);
  if (result == CVD_OK) {
    result = receive_line(connection);
  }
  if (result == CVD_OK) {
    result = check_answer(connection, connection->last_id);
  }
  connection->lost = result == CVD_E_LOST || result == CVD_E_PROTOCOL;
  return result;
}

void cvd_control_end(cvd_connection *connection) {
  /* The request may have held the password. */
  memset(connection->request.text, 0, sizeof connection->request.text);
  pthread_mutex_unlock(&connection->request_lock);
}

static void *beat(void *argument) {
  cvd_connection *connection = argument;
  pthread_mutex_lock(&connection->beat_lock);
  while (!connection->ending) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += HEARTBEAT_SECONDS;
    int woken = 0;
    while (!connection->ending && woken == 0) {
      woken = pthread_cond_timedwait(&connection->beat_end, &connection->beat_lock, &until);
    }
    if (!connection->ending) {
      pthread_mutex_unlock(&connection->beat_lock);
      cvd_control_begin(connection, "heartbeat");
      (void)cvd_control_call(connection);
      cvd_control_end(connection);
      pthread_mutex_lock(&connection->beat_lock);
    }
  }
  pthread_mutex_unlock(&connection->beat_lock);
  return NULL;
}

static int start_beating(cvd_connection *connection) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&connection->beat_end, &monotonic);
  pthread_condattr_destroy(&monotonic);
  if (pthread_create(&connection->beater, NULL, beat, connection) != 0) {
    return cvd_fail(CVD_E_MEMORY, 0, 0, "no thread for the heartbeat");
  }
  connection->beating = true;
  return CVD_OK;
}

static int say_hello(cvd_connection *connection, const char *user, const char *password) {
  cvd_control_begin(connection, "hello");
  cvd_json_string(&connection->request, "client", cvd_version());
  cvd_json_number(&connection->request, "version", 1);
  cvd_json_string(&connection->request, "user", user);
  cvd_json_string(&connection->request, "password", password);
  int result = cvd_control_call(connection);
  cvd_control_end(connection);
  return result;
}

int cvd_connect(const char *host, uint16_t port, const char *user, const char *password,
                uint32_t timeout_ms, cvd_connection **out) {
  if (host == NULL || user == NULL || password == NULL || out == NULL || port == 0 ||
      timeout_ms == 0 || strlen(host) >= sizeof((cvd_connection *)0)->host) {
    return cvd_fail(CVD_E_INVALID, 0, port, "an argument of cvd_connect is not allowed");
  }
  cvd_connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL) {
    return cvd_fail(CVD_E_MEMORY, 0, 0, "no memory");
  }
  strcpy(connection->host, host);
  connection->port = port;
  connection->timeout_ms = timeout_ms;
  connection->fd = -1;
  pthread_mutex_init(&connection->request_lock, NULL);
  pthread_mutex_init(&connection->beat_lock, NULL);
  int result = cvd_net_connect(host, port, timeout_ms, &connection->fd);
  if (result == CVD_OK) {
    result = say_hello(connection, user, password);
    /* A port that takes the call and says nothing of use is no cvd-ds. */
    result = result == CVD_E_LOST ? CVD_E_UNREACHABLE : result;
  }
  if (result == CVD_OK) {
    result = start_beating(connection);
  }
  if (result != CVD_OK) {
    cvd_disconnect(connection);
    return result;
  }
  cvd_log(CVD_LOG_MESSAGE, "connected to %s:%u", host, port);
  *out = connection;
  return CVD_OK;
}

void cvd_disconnect(cvd_connection *connection) {
  if (connection == NULL) {
    return;
  }
  if (connection->beating) {
    pthread_mutex_lock(&connection->beat_lock);
    connection->ending = true;
    pthread_cond_signal(&connection->beat_end);
    pthread_mutex_unlock(&connection->beat_lock);
    /* A heartbeat that waits for its answer is not worth waiting for. */
    shutdown(connection->fd, SHUT_RDWR);
    pthread_join(connection->beater, NULL);
    pthread_cond_destroy(&connection->beat_end);
  }
  if (connection->fd >= 0) {
    close(connection->fd);
  }
  pthread_mutex_destroy(&connection->beat_lock);
  pthread_mutex_destroy(&connection->request_lock);
  free(connection);
}
