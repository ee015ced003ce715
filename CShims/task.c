// The body of task.h.

#define _GNU_SOURCE
#include "task.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "system_call.h"

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

// Up to `size` - 1 bytes of the file `front``id``back`, and a zero; how many, below zero without one.
static intptr_t read_file(const char *front, int id, const char *back, char *text, intptr_t size) {
  char path[64];
  const size_t length = strlen(front);
  memcpy(path, front, length);
  int digits = 1;
  for (int rest = id; rest >= 10; rest /= 10) digits++;
  char *end = path + length + digits;
  memcpy(end, back, strlen(back) + 1);
  for (int rest = id; digits > 0; rest /= 10, digits--) *--end = (char)('0' + rest % 10);
  const int file = (int)call(SYS_openat, AT_FDCWD, (intptr_t)path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return -1;
  const intptr_t count = call(SYS_read, file, (intptr_t)text, size - 1, 0);
  call(SYS_close, file, 0, 0, 0);
  text[count > 0 ? count : 0] = 0;
  return count;
}

int swiftmalloc_ignores_signal(int id, int signal, int *has_ended) {
  char text[2048];
  const intptr_t length = read_file("/proc/self/task/", id, "/status", text, sizeof text);
  if (length < 0) return *has_ended = 1;
  const char *state = strstr(text, "\nState:\t"), *blocked = strstr(text, "\nSigBlk:\t");
  *has_ended = length == 0 || (state && (state[8] == 'Z' || state[8] == 'X'));
  // Sixteen hexadecimal digits, the highest signal first.
  static const char hexadecimal[] = "0123456789abcdef";
  const char *digit = blocked ? strchr(hexadecimal, blocked[9 + 15 - (signal - 1) / 4]) : NULL;
  return *has_ended || (digit && *digit && (digit - hexadecimal) >> (signal - 1) % 4 & 1);
}

int swiftmalloc_is_running(int id) {
  // Number, name of at most 15 bytes in brackets, state; a name may have brackets of its own.
  char text[48];
  if (read_file("/proc/", id, "/stat", text, sizeof text) <= 0) return 0;
  const char *name_end = strrchr(text, ')');
  return name_end && name_end[1] == ' ' && name_end[2] == 'R';
}
