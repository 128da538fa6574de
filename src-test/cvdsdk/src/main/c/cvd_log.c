/* The log file and the calling thread's last error. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cvd_internal.h"

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *log_stream;
static int log_level = CVD_LOG_ERROR;

static _Thread_local char error_text[512];
static _Thread_local int error_errno;
static _Thread_local uint16_t error_port;

int cvd_init(const char *log_file, int level) {
  if (level < CVD_LOG_MESSAGE || level > CVD_LOG_ERROR) {
    return cvd_fail(CVD_E_INVALID, 0, 0, "log level %d", level);
  }
  FILE *stream = NULL;
  if (log_file != NULL && log_file[0] != '\0') {
    stream = fopen(log_file, "ae");
    if (stream == NULL) {
      return cvd_fail(CVD_E_INVALID, errno, 0, "log file %s: %s", log_file, strerror(errno));
    }
  }
  pthread_mutex_lock(&log_lock);
  if (log_stream != NULL) {
    fclose(log_stream);
  }
  log_stream = stream;
  log_level = level;
  pthread_mutex_unlock(&log_lock);
  return CVD_OK;
}

static void write_line(int level, const char *text) {
  static const char *const names[] = {"message", "warning", "error"};
  pthread_mutex_lock(&log_lock);
  if (log_stream != NULL && level >= log_level) {
    time_t now = time(NULL);
    struct tm parts;
    char stamp[32];
    gmtime_r(&now, &parts);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
    fprintf(log_stream, "%s %s %s\n", stamp, names[level], text);
    fflush(log_stream);
  }
  pthread_mutex_unlock(&log_lock);
}

void cvd_log(int level, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  write_line(level, text);
}

int cvd_fail(int code, int peer_errno, uint16_t port, const char *format, ...) {
  char text[sizeof error_text];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  memcpy(error_text, text, sizeof error_text);
  error_errno = peer_errno;
  error_port = port;
  write_line(code == CVD_E_CANCELLED ? CVD_LOG_WARNING : CVD_LOG_ERROR, text);
  return code;
}

int cvd_last_error(char *text, uint32_t text_bytes, uint16_t *port) {
  if (text != NULL && text_bytes > 0) {
    snprintf(text, text_bytes, "%s", error_text);
  }
  if (port != NULL) {
    *port = error_port;
  }
  return error_errno;
}
