/* The control connection to cvd-ds. Not exported. */
#ifndef CVD_CONTROL_H
#define CVD_CONTROL_H

#include <pthread.h>

#include "cvd_internal.h"

struct cvd_connection {
  char host[256];
  uint16_t port;
  uint32_t timeout_ms;
  int fd;

  /* held from cvd_control_begin to cvd_control_end; guards what follows */
  pthread_mutex_t request_lock;
  int64_t last_id;
  bool lost;
  cvd_json request;
  char line[CVD_LINE_BYTES];
  char received[4096];
  size_t received_from;
  size_t received_to;

  pthread_mutex_t beat_lock;
  pthread_cond_t beat_end;
  pthread_t beater;
  bool beating;
  bool ending;
};

/* Takes the connection and begins a request; fields may be added to connection->request. */
void cvd_control_begin(cvd_connection *connection, const char *operation);
/* Sends it; on success connection->line is the answer until cvd_control_end. */
int cvd_control_call(cvd_connection *connection);
/* Gives the connection back; always after cvd_control_begin. */
void cvd_control_end(cvd_connection *connection);

#endif
