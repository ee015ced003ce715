// The body of written_file.h.

#define _GNU_SOURCE
#include "written_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "system_call.h"

enum { LONGEST_PATH = 1024, MOST_LINKS = 40 };

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

// Follows links until there is none. A relative one begins in its own folder.
static int follow(char *path, intptr_t room) {
  char target[LONGEST_PATH];
  for (int links = 0; links < MOST_LINKS; links++) {
    const intptr_t length = call(SYS_readlinkat, AT_FDCWD, (intptr_t)path, (intptr_t)target, sizeof target);
    // No link, or nothing at all.
    if (length == -EINVAL || length == -ENOENT) return SWIFTMALLOC_WRITE_ANEW;
    if (length < 0) return (int)length;
    const char *slash = strrchr(path, '/');
    const intptr_t front = slash && target[0] != '/' ? slash + 1 - path : 0;
    if (length == sizeof target || front + length >= room) return -ENAMETOOLONG;
    memcpy(path + front, target, (size_t)length);
    path[front + length] = 0;
  }
  return -ELOOP;
}

int swiftmalloc_way_to_write(char *path, intptr_t room) {
  struct stat status;
  const intptr_t error = call(SYS_newfstatat, AT_FDCWD, (intptr_t)path, (intptr_t)&status, 0);
  if (error == -ENOENT) return follow(path, room);
  if (error < 0) return (int)error;
  if (S_ISREG(status.st_mode)) return follow(path, room);
  if (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)) return SWIFTMALLOC_WRITE_DIRECTLY;
  return S_ISDIR(status.st_mode) ? -EISDIR : -EPERM;
}

int swiftmalloc_open_draft(const char *path, int mode) {
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  return (int)call(SYS_openat, AT_FDCWD, (intptr_t)path, flags, mode);
}

// Does not wait for a reader of a FIFO, but for it to read.
int swiftmalloc_open_device(const char *path) {
  const int file = (int)call(SYS_openat, AT_FDCWD, (intptr_t)path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
  if (file >= 0) call(SYS_fcntl, file, F_SETFL, 0, 0);
  return file;
}
