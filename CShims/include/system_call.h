// System calls by the instruction itself: the C library's wrappers write errno, which free() may
// not change (POSIX 2024), and some of them are cancellation points or interposed by other tools.
// Swift has no inline assembler, hence C. Results below zero are negated error numbers.

#ifndef SWIFTMALLOC_SYSTEM_CALL_H
#define SWIFTMALLOC_SYSTEM_CALL_H

#include <stdint.h>

#include "../arch/architecture.h"

// On a machine without an operating system (Examples/Freestanding) there is nobody to call.
#if defined(__linux__)
#include <fcntl.h>
#include <sys/syscall.h>
#define SWIFTMALLOC_NUMBER(name) SYS_##name
/// O_DIRECTORY of open(2), which is another number on each architecture.
enum { SWIFTMALLOC_OPEN_FOLDER = O_DIRECTORY };
#else
#define SWIFTMALLOC_NUMBER(name) 0
enum { SWIFTMALLOC_OPEN_FOLDER = 0 };
#endif

enum {
  SWIFTMALLOC_CALL_MMAP = SWIFTMALLOC_NUMBER(mmap),
  SWIFTMALLOC_CALL_MUNMAP = SWIFTMALLOC_NUMBER(munmap),
  SWIFTMALLOC_CALL_MPROTECT = SWIFTMALLOC_NUMBER(mprotect),
  SWIFTMALLOC_CALL_MREMAP = SWIFTMALLOC_NUMBER(mremap),
  SWIFTMALLOC_CALL_MADVISE = SWIFTMALLOC_NUMBER(madvise),
  SWIFTMALLOC_CALL_FUTEX = SWIFTMALLOC_NUMBER(futex),
  SWIFTMALLOC_CALL_OPENAT = SWIFTMALLOC_NUMBER(openat),
  SWIFTMALLOC_CALL_CLOSE = SWIFTMALLOC_NUMBER(close),
  SWIFTMALLOC_CALL_READ = SWIFTMALLOC_NUMBER(read),
  SWIFTMALLOC_CALL_WRITE = SWIFTMALLOC_NUMBER(write),
  SWIFTMALLOC_CALL_PREAD = SWIFTMALLOC_NUMBER(pread64),
  SWIFTMALLOC_CALL_MINCORE = SWIFTMALLOC_NUMBER(mincore),
  SWIFTMALLOC_CALL_READLINKAT = SWIFTMALLOC_NUMBER(readlinkat),
  SWIFTMALLOC_CALL_GETPID = SWIFTMALLOC_NUMBER(getpid),
  SWIFTMALLOC_CALL_FCNTL = SWIFTMALLOC_NUMBER(fcntl),
  SWIFTMALLOC_CALL_GETDENTS64 = SWIFTMALLOC_NUMBER(getdents64),
  SWIFTMALLOC_CALL_IOCTL = SWIFTMALLOC_NUMBER(ioctl),
  SWIFTMALLOC_CALL_RENAMEAT2 = SWIFTMALLOC_NUMBER(renameat2),
  SWIFTMALLOC_CALL_UNLINKAT = SWIFTMALLOC_NUMBER(unlinkat),
  SWIFTMALLOC_CALL_PROCESS_VM_READV = SWIFTMALLOC_NUMBER(process_vm_readv),
  SWIFTMALLOC_CALL_PRCTL = SWIFTMALLOC_NUMBER(prctl),
};

#undef SWIFTMALLOC_NUMBER

#if defined(__linux__)

static inline intptr_t swiftmalloc_system_call(
    intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  return swiftmalloc_call_kernel(number, a, b, c, d, e, f);
}

#else

static inline intptr_t swiftmalloc_system_call(
    intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  (void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
  enum { NOT_IMPLEMENTED = 38 };  // ENOSYS
  return -NOT_IMPLEMENTED;
}

#endif

/// Whether a filter decides about the system calls of the thread (seccomp(2)). It may end the process at one that few programs make:
/// mincore(2) is none of systemd's @system-service.
static inline int swiftmalloc_is_filtered(void) {
  enum { GET_MODE = 21, MODE_FILTER = 2 };  // PR_GET_SECCOMP, SECCOMP_MODE_FILTER
  return swiftmalloc_system_call(SWIFTMALLOC_CALL_PRCTL, GET_MODE, 0, 0, 0, 0, 0) == MODE_FILTER;
}

/// Begins to fetch the memory at `address`, whatever is there.
static inline void swiftmalloc_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
