// The body of quiet.h.

#define _GNU_SOURCE
#include "quiet.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/wait.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "system_call.h"

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

// Writes while both signals are blocked; one that came is taken away, unless it was pending before.
static intptr_t write_blocked(int file, const void *bytes, intptr_t count) {
  const uint64_t mask = (uint64_t)1 << (SIGXFSZ - 1) | (uint64_t)1 << (SIGPIPE - 1);
  const struct timespec now = {0};
  uint64_t before = 0, pending = 0;
  call(SYS_rt_sigprocmask, SIG_BLOCK, (intptr_t)&mask, (intptr_t)&before, sizeof mask);
  call(SYS_rt_sigpending, (intptr_t)&pending, sizeof pending, 0, 0);
  intptr_t result = call(SYS_write, file, (intptr_t)bytes, count, 0);
  const int sent = result == -EFBIG ? SIGXFSZ : result == -EPIPE ? SIGPIPE : 0;
  const uint64_t own = sent ? (uint64_t)1 << (sent - 1) & ~pending : 0;
  if (own) call(SYS_rt_sigtimedwait, (intptr_t)&own, 0, (intptr_t)&now, sizeof own);
  call(SYS_rt_sigprocmask, SIG_SETMASK, (intptr_t)&before, 0, sizeof before);
  return result;
}

intptr_t swiftmalloc_write_quietly(int file, const void *bytes, intptr_t count) {
  struct rlimit64 limit;
  if (!call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (intptr_t)&limit) && limit.rlim_cur != RLIM64_INFINITY)
    return write_blocked(file, bytes, count);
  return call(SYS_write, file, (intptr_t)bytes, count, 0);
}

intptr_t swiftmalloc_write_to_device(int file, const void *bytes, intptr_t count) {
  return write_blocked(file, bytes, count);
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

static int is_plain(const struct stat *status) { return S_ISREG(status->st_mode) && status->st_size > 0; }

int swiftmalloc_open_source(const char *folder, const char *file, int64_t *changed) {
  char path[4096];
  size_t front = folder && file[0] != '/' ? strlen(folder) : 0, back = strlen(file);
  if (front > sizeof path || back > sizeof path || front + back + 2 > sizeof path) return -1;
  if (front) {
    memcpy(path, folder, front);
    path[front++] = '/';
  }
  memcpy(path + front, file, back + 1);
  // Before it is opened, as that alone makes some devices do something; and behind, as it may be another one by then.
  struct stat status;
  if (call(SYS_newfstatat, AT_FDCWD, (intptr_t)path, (intptr_t)&status, 0) || !is_plain(&status)) return -1;
  const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  int opened = (int)call(SYS_openat, AT_FDCWD, (intptr_t)path, flags, 0);
  if (opened < 0) return -1;
  if (call(SYS_fstat, opened, (intptr_t)&status, 0, 0) || !is_plain(&status)) {
    call(SYS_close, opened, 0, 0, 0);
    return -1;
  }
  *changed = status.st_mtim.tv_sec;
  return opened;
}
