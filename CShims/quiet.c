// The body of quiet.h.

#define _GNU_SOURCE
#include "quiet.h"

#include <linux/wait.h>
#include <time.h>

#include "system_call.h"

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

int swiftmalloc_fork_quietly(void) { return (int)swiftmalloc_system_call(SYS_clone, 0, 0, 0, 0, 0, 0); }

int swiftmalloc_wait_quietly(int child) {
  int status = -1;
  intptr_t result;
  do result = call(SYS_wait4, child, (intptr_t)&status, (int)__WALL, 0);
  while (result == -4);
  return result == child ? status : -1;
}

void swiftmalloc_end_process(int status) {
  for (;;) call(SYS_exit_group, status, 0, 0, 0);
}

void swiftmalloc_pause(int milliseconds) {
  struct timespec left = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
  while (call(SYS_nanosleep, (intptr_t)&left, (intptr_t)&left, 0, 0) == -4) {
  }
}
