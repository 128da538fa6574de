/* Open disks: a handle of cvd-ds and its data connections. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cvd_control.h"

struct cvd_disk {
  cvd_connection *connection;
  char handle[128];
  uint64_t size;
  uint32_t buffer_bytes;

  /* guards what follows; a busy data connection belongs to the thread that took it */
  pthread_mutex_t lock;
  pthread_cond_t freed;
  uint32_t count;
  bool cancelled;
  bool lost;
  bool busy[CVD_MAX_CONNECTIONS];
  cvd_nbd data[CVD_MAX_CONNECTIONS];
};

const char *cvd_version(void) { return "CVD-SDK stand-in 1.0"; }

static bool given(const char *text) { return text != NULL && text[0] != '\0'; }

static void add_vm_id(cvd_json *request, const char *vm_id) {
  char *end;
  long long number = strtoll(vm_id, &end, 10);
  if (*end == '\0') {
    cvd_json_number(request, "vmId", number);
  } else {
    cvd_json_string(request, "vmId", vm_id);
  }
}

/* What cvd-ds answered to "open". */
typedef struct {
  int64_t port;
  char export_name[512];
} opened;

static int read_opened(cvd_connection *connection, cvd_disk *disk, opened *answer) {
  int64_t size = -1;
  if (!cvd_json_get_string(connection->line, "handle", disk->handle, sizeof disk->handle) ||
      !cvd_json_get_string(connection->line, "export", answer->export_name,
                           sizeof answer->export_name) ||
      !cvd_json_get_number(connection->line, "size", &size) || size < 0 ||
      !cvd_json_get_number(connection->line, "dataPort", &answer->port) || answer->port < 1 ||
      answer->port > 65535) {
    return cvd_fail(CVD_E_PROTOCOL, 0, connection->port, "port %u: open without handle or port",
                    connection->port);
  }
  disk->size = (uint64_t)size;
  return CVD_OK;
}

static int close_handle(cvd_disk *disk) {
  cvd_control_begin(disk->connection, "close");
  cvd_json_string(&disk->connection->request, "handle", disk->handle);
  int result = cvd_control_call(disk->connection);
  cvd_control_end(disk->connection);
  return result;
}

static int open_data(cvd_disk *disk, const opened *answer, uint32_t connections) {
  cvd_connection *connection = disk->connection;
  while (disk->count < connections) {
    cvd_nbd *data = &disk->data[disk->count];
    int result = cvd_nbd_open(data, connection->host, (uint16_t)answer->port, answer->export_name,
                              connection->timeout_ms);
    if (result != CVD_OK) {
      return result;
    }
    disk->count++;
    if (data->size != disk->size) {
      return cvd_fail(CVD_E_PROTOCOL, 0, (uint16_t)answer->port,
                      "cvd-ds says %llu bytes, its data port %llu",
                      (unsigned long long)disk->size, (unsigned long long)data->size);
    }
  }
  return CVD_OK;
}

static void free_disk(cvd_disk *disk) {
  for (uint32_t i = 0; i < disk->count; i++) {
    cvd_nbd_close(&disk->data[i]);
  }
  pthread_cond_destroy(&disk->freed);
  pthread_mutex_destroy(&disk->lock);
  free(disk);
}

int cvd_open(cvd_connection *connection, const char *vm_id, const char *device,
             const char *snapshot, const char *path, int mode, uint32_t buffer_bytes,
             uint32_t connections, cvd_disk **out) {
  bool by_path = given(path);
  if (connection == NULL || out == NULL || (!by_path && !(given(vm_id) && given(device))) ||
      (mode != CVD_MODE_READ && mode != CVD_MODE_WRITE) || buffer_bytes < CVD_MIN_BUFFER ||
      buffer_bytes > CVD_MAX_BUFFER || connections < 1 || connections > CVD_MAX_CONNECTIONS) {
    return cvd_fail(CVD_E_INVALID, 0, 0, "an argument of cvd_open is not allowed");
  }
  cvd_disk *disk = calloc(1, sizeof *disk);
  if (disk == NULL) {
    return cvd_fail(CVD_E_MEMORY, 0, 0, "no memory");
  }
  disk->connection = connection;
  disk->buffer_bytes = buffer_bytes;
  pthread_mutex_init(&disk->lock, NULL);
  pthread_cond_init(&disk->freed, NULL);

  opened answer;
  cvd_control_begin(connection, "open");
  if (by_path) {
    cvd_json_string(&connection->request, "path", path);
  } else {
    add_vm_id(&connection->request, vm_id);
    cvd_json_string(&connection->request, "device", device);
  }
  if (given(snapshot)) {
    cvd_json_string(&connection->request, "snapshot", snapshot);
  }
  cvd_json_string(&connection->request, "mode", mode == CVD_MODE_READ ? "ro" : "rw");
  cvd_json_number(&connection->request, "blockSize", buffer_bytes);
  int result = cvd_control_call(connection);
  if (result == CVD_OK) {
    result = read_opened(connection, disk, &answer);
  }
  cvd_control_end(connection);
  if (result != CVD_OK) {
    free_disk(disk);
    return result;
  }
  result = open_data(disk, &answer, connections);
  if (result != CVD_OK) {
    /* The thread's last error stays that of the data port: a handle closes without an error, or
       the connection is gone and with it the handle. */
    char text[400];
    uint16_t port;
    int peer_errno = cvd_last_error(text, sizeof text, &port);
    (void)close_handle(disk);
    free_disk(disk);
    return cvd_fail(result, peer_errno, port, "%s", text);
  }
  cvd_log(CVD_LOG_MESSAGE, "opened %s %s of %s, %llu bytes, data port %d", by_path ? path : vm_id,
          by_path ? "" : device, connection->host, (unsigned long long)disk->size,
          (int)answer.port);
  *out = disk;
  return CVD_OK;
}

int64_t cvd_size(const cvd_disk *disk) { return (int64_t)disk->size; }

/* Takes a free data connection, waiting for one. */
static int take(cvd_disk *disk, uint32_t *index) {
  int result = CVD_E_MEMORY;
  pthread_mutex_lock(&disk->lock);
  while (result == CVD_E_MEMORY) {
    if (disk->cancelled) {
      result = CVD_E_CANCELLED;
    } else if (disk->lost) {
      result = CVD_E_LOST;
    } else {
      for (uint32_t i = 0; i < disk->count && result != CVD_OK; i++) {
        if (!disk->busy[i]) {
          disk->busy[i] = true;
          *index = i;
          result = CVD_OK;
        }
      }
      if (result != CVD_OK) {
        pthread_cond_wait(&disk->freed, &disk->lock);
      }
    }
  }
  pthread_mutex_unlock(&disk->lock);
  if (result == CVD_E_CANCELLED) {
    return cvd_fail(result, 0, 0, "cancelled");
  }
  if (result == CVD_E_LOST) {
    return cvd_fail(result, 0, 0, "a data connection was lost before");
  }
  return result;
}

/* Gives it back; what a call that failed comes to when it was cancelled. */
static int give_back(cvd_disk *disk, uint32_t index, int result) {
  pthread_mutex_lock(&disk->lock);
  disk->busy[index] = false;
  if (result == CVD_E_LOST || result == CVD_E_PROTOCOL) {
    disk->lost = true;
    pthread_cond_broadcast(&disk->freed);
  }
  bool cancelled = disk->cancelled;
  pthread_cond_broadcast(&disk->freed);
  pthread_mutex_unlock(&disk->lock);
  return result == CVD_E_LOST && cancelled ? cvd_fail(CVD_E_CANCELLED, 0, 0, "cancelled") : result;
}

static int check_range(const cvd_disk *disk, uint64_t offset, uint64_t length) {
  if (offset > disk->size || length > disk->size - offset) {
    return cvd_fail(CVD_E_INVALID, 0, 0, "%llu bytes at %llu of a disk of %llu",
                    (unsigned long long)length, (unsigned long long)offset,
                    (unsigned long long)disk->size);
  }
  return CVD_OK;
}

static int64_t move(cvd_disk *disk, unsigned char *into, const unsigned char *from, uint32_t length,
                    uint64_t offset) {
  uint32_t index;
  int result = check_range(disk, offset, length);
  if (result == CVD_OK) {
    result = take(disk, &index);
  }
  if (result != CVD_OK) {
    return result;
  }
  uint32_t moved = 0;
  while (result == CVD_OK && moved < length) {
    uint32_t count = length - moved;
    count = count < disk->buffer_bytes ? count : disk->buffer_bytes;
    result = into != NULL ? cvd_nbd_read(&disk->data[index], into + moved, count, offset + moved)
                          : cvd_nbd_write(&disk->data[index], from + moved, count, offset + moved);
    moved += count;
  }
  result = give_back(disk, index, result);
  return result == CVD_OK ? (int64_t)length : result;
}

int64_t cvd_pread(cvd_disk *disk, void *into, uint32_t length, uint64_t offset) {
  return move(disk, into, NULL, length, offset);
}

int64_t cvd_pwrite(cvd_disk *disk, const void *from, uint32_t length, uint64_t offset) {
  return move(disk, NULL, from, length, offset);
}

int cvd_zero(cvd_disk *disk, uint64_t offset, uint64_t length) {
  uint32_t index;
  int result = check_range(disk, offset, length);
  if (result == CVD_OK) {
    result = take(disk, &index);
  }
  return result == CVD_OK
             ? give_back(disk, index, cvd_nbd_zero(&disk->data[index], offset, length))
             : result;
}

/* On every data connection: nothing says that one sees the others' writes. */
int cvd_flush(cvd_disk *disk) {
  int result = CVD_OK;
  for (uint32_t i = 0; i < disk->count && result == CVD_OK; i++) {
    pthread_mutex_lock(&disk->lock);
    while (disk->busy[i] && !disk->cancelled && !disk->lost) {
      pthread_cond_wait(&disk->freed, &disk->lock);
    }
    bool ended = disk->cancelled || disk->lost;
    disk->busy[i] = disk->busy[i] || !ended;
    bool cancelled = disk->cancelled;
    pthread_mutex_unlock(&disk->lock);
    if (ended) {
      return cvd_fail(cancelled ? CVD_E_CANCELLED : CVD_E_LOST, 0, 0, "the disk is lost");
    }
    result = give_back(disk, i, cvd_nbd_flush(&disk->data[i]));
  }
  return result;
}

void cvd_cancel(cvd_disk *disk) {
  pthread_mutex_lock(&disk->lock);
  disk->cancelled = true;
  for (uint32_t i = 0; i < disk->count; i++) {
    if (disk->busy[i]) {
      shutdown(disk->data[i].fd, SHUT_RDWR);
    }
  }
  pthread_cond_broadcast(&disk->freed);
  pthread_mutex_unlock(&disk->lock);
}

int cvd_close(cvd_disk *disk) {
  if (disk == NULL) {
    return CVD_OK;
  }
  pthread_mutex_lock(&disk->lock);
  for (uint32_t i = 0; i < disk->count; i++) {
    while (disk->busy[i]) {
      pthread_cond_wait(&disk->freed, &disk->lock);
    }
  }
  pthread_mutex_unlock(&disk->lock);
  for (uint32_t i = 0; i < disk->count; i++) {
    cvd_nbd_close(&disk->data[i]);
  }
  int result = close_handle(disk);
  cvd_log(CVD_LOG_MESSAGE, "closed handle %s of %s", disk->handle, disk->connection->host);
  free_disk(disk);
  return result;
}
