/* Just the JSON that cvd-ds speaks: one object a line, read by key. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cvd_internal.h"

static void append(cvd_json *json, const char *text, size_t count) {
  if (json->overflow || json->length + count >= sizeof json->text) {
    json->overflow = true;
    return;
  }
  memcpy(json->text + json->length, text, count);
  json->length += count;
}

static void append_quoted(cvd_json *json, const char *value) {
  append(json, "\"", 1);
  for (const char *c = value; *c != '\0'; c++) {
    char escaped[8];
    if (*c == '"' || *c == '\\') {
      escaped[0] = '\\';
      escaped[1] = *c;
      append(json, escaped, 2);
    } else if ((unsigned char)*c < 0x20) {
      int count = snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)(unsigned char)*c);
      append(json, escaped, (size_t)count);
    } else {
      append(json, c, 1);
    }
  }
  append(json, "\"", 1);
}

static void append_key(cvd_json *json, const char *key) {
  if (json->length > 1) {
    append(json, ",", 1);
  }
  append_quoted(json, key);
  append(json, ":", 1);
}

void cvd_json_begin(cvd_json *json) {
  json->length = 0;
  json->overflow = false;
  append(json, "{", 1);
}

void cvd_json_string(cvd_json *json, const char *key, const char *value) {
  append_key(json, key);
  append_quoted(json, value);
}

void cvd_json_number(cvd_json *json, const char *key, int64_t value) {
  char text[24];
  int count = snprintf(text, sizeof text, "%lld", (long long)value);
  append_key(json, key);
  append(json, text, (size_t)count);
}

bool cvd_json_end(cvd_json *json) {
  append(json, "}\n", 2);
  return !json->overflow;
}

static const char *skip_space(const char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n') {
    at++;
  }
  return at;
}

/* The character after a string whose opening quote is at; NULL when it does not end. */
static const char *skip_string(const char *at) {
  for (at++; *at != '"'; at++) {
    if (*at == '\\') {
      at++;
    }
    if (*at == '\0') {
      return NULL;
    }
  }
  return at + 1;
}

/* The character after a value of any kind; NULL when it does not end. */
static const char *skip_value(const char *at) {
  int depth = 0;
  do {
    at = skip_space(at);
    if (*at == '"') {
      at = skip_string(at);
    } else if (*at == '{' || *at == '[') {
      depth++;
      at++;
    } else if (*at == '}' || *at == ']') {
      depth--;
      at++;
    } else if (*at == '\0') {
      return NULL;
    } else if (depth > 0 && (*at == ',' || *at == ':')) {
      at++;
    } else {
      size_t literal = strcspn(at, ",:{}[]\" \t\r\n");
      at = literal > 0 ? at + literal : NULL;
    }
  } while (at != NULL && depth > 0);
  return at;
}

/* Where the value of a key begins, in the outermost object; NULL when it is not there. */
static const char *find(const char *line, const char *key) {
  const char *at = skip_space(line);
  if (*at != '{') {
    return NULL;
  }
  at = skip_space(at + 1);
  while (*at == '"') {
    const char *name = at + 1;
    const char *after = skip_string(at);
    if (after == NULL) {
      return NULL;
    }
    size_t name_bytes = (size_t)(after - name - 1);
    at = skip_space(after);
    if (*at != ':') {
      return NULL;
    }
    at = skip_space(at + 1);
    if (name_bytes == strlen(key) && memcmp(name, key, name_bytes) == 0) {
      return at;
    }
    at = skip_value(at);
    if (at == NULL) {
      return NULL;
    }
    at = skip_space(at);
    if (*at != ',') {
      return NULL;
    }
    at = skip_space(at + 1);
  }
  return NULL;
}

static bool hex4(const char *at, unsigned *value) {
  *value = 0;
  for (int i = 0; i < 4; i++) {
    char c = at[i];
    unsigned digit;
    if (c >= '0' && c <= '9') {
      digit = (unsigned)(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = (unsigned)((c | 0x20) - 'a') + 10;
    } else {
      return false;
    }
    *value = *value * 16 + digit;
  }
  return true;
}

static size_t to_utf8(unsigned code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | (code >> 6));
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | (code >> 12));
    out[1] = (char)(0x80 | ((code >> 6) & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | (code >> 18));
  out[1] = (char)(0x80 | ((code >> 12) & 0x3F));
  out[2] = (char)(0x80 | ((code >> 6) & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}

/* Decodes \uXXXX at, a surrogate pair too; the character after it, or NULL. */
static const char *decode_unicode(const char *at, char *out, size_t *count) {
  unsigned code;
  if (!hex4(at + 2, &code)) {
    return NULL;
  }
  at += 6;
  unsigned low;
  if (code >= 0xD800 && code < 0xDC00 && at[0] == '\\' && at[1] == 'u' && hex4(at + 2, &low) &&
      low >= 0xDC00 && low < 0xE000) {
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    at += 6;
  }
  *count = to_utf8(code, out);
  return at;
}

bool cvd_json_get_string(const char *line, const char *key, char *value, size_t value_bytes) {
  const char *at = find(line, key);
  if (at == NULL || *at != '"') {
    return false;
  }
  size_t length = 0;
  at++;
  while (*at != '"') {
    char decoded[4];
    size_t count = 1;
    if (*at == '\0') {
      return false;
    }
    if (*at != '\\') {
      decoded[0] = *at++;
    } else if (at[1] == 'u') {
      at = decode_unicode(at, decoded, &count);
      if (at == NULL) {
        return false;
      }
    } else {
      static const char from[] = "nrtbf";
      static const char to[] = "\n\r\t\b\f";
      const char *known = at[1] != '\0' ? strchr(from, at[1]) : NULL;
      decoded[0] = known != NULL ? to[known - from] : at[1];
      at += 2;
    }
    if (length + count >= value_bytes) {
      return false;
    }
    memcpy(value + length, decoded, count);
    length += count;
  }
  value[length] = '\0';
  return true;
}

bool cvd_json_get_number(const char *line, const char *key, int64_t *value) {
  const char *at = find(line, key);
  if (at == NULL || (*at != '-' && (*at < '0' || *at > '9'))) {
    return false;
  }
  char *end;
  errno = 0;
  *value = strtoll(at, &end, 10);
  return errno == 0 && strchr(",} \t\r\n", *end) != NULL;
}

bool cvd_json_get_bool(const char *line, const char *key, bool *value) {
  const char *at = find(line, key);
  if (at == NULL) {
    return false;
  }
  if (strncmp(at, "true", 4) == 0) {
    *value = true;
    return true;
  }
  *value = false;
  return strncmp(at, "false", 5) == 0;
}
