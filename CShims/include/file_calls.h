// Files by system calls: another preloaded library may have taken the C library's names, and may have ended already when a
// report is written (libfaketime). errno stays as it is.

#ifndef SWIFTMALLOC_FILE_CALLS_H
#define SWIFTMALLOC_FILE_CALLS_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system_call.h"

/// Opens for reading; below zero when refused.
static inline int swiftmalloc_file_open(const char *path) {
  return (int)swiftmalloc_system_call(SYS_openat, AT_FDCWD, (intptr_t)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
}

static inline void swiftmalloc_file_close(int file) { swiftmalloc_system_call(SYS_close, file, 0, 0, 0, 0, 0); }

/// fstat(2): 0, or below zero.
static inline int swiftmalloc_file_status(int file, struct stat *status) {
  return (int)swiftmalloc_system_call(SYS_newfstatat, file, (intptr_t)"", (intptr_t)status, AT_EMPTY_PATH, 0, 0);
}

/// read(2), pread(2), lseek(2) to the beginning: below zero when refused.
static inline ssize_t swiftmalloc_file_read(int file, void *bytes, size_t count) {
  return swiftmalloc_system_call(SYS_read, file, (intptr_t)bytes, (intptr_t)count, 0, 0, 0);
}
static inline ssize_t swiftmalloc_file_read_at(int file, void *bytes, size_t count, off_t place) {
  return swiftmalloc_system_call(SYS_pread64, file, (intptr_t)bytes, (intptr_t)count, place, 0, 0);
}
static inline void swiftmalloc_file_rewind(int file) { swiftmalloc_system_call(SYS_lseek, file, 0, SEEK_SET, 0, 0, 0); }

/// readlink(2): the length, or below zero.
static inline ssize_t swiftmalloc_link_read(const char *path, char *text, size_t room) {
  return swiftmalloc_system_call(SYS_readlinkat, AT_FDCWD, (intptr_t)path, (intptr_t)text, (intptr_t)room, 0, 0);
}

#endif
