// System calls by the instruction itself: the C library's wrappers write errno, which free() may
// not change (POSIX 2024), and some of them are cancellation points or interposed by other tools.
// Swift has no inline assembler, hence C. Results below zero are negated error numbers.

#ifndef SWIFTMALLOC_SYSTEM_CALL_H
#define SWIFTMALLOC_SYSTEM_CALL_H

#include <stdint.h>

#if defined(__linux__)
#include <sys/syscall.h>

enum {
  SWIFTMALLOC_CALL_MMAP = SYS_mmap,
  SWIFTMALLOC_CALL_MUNMAP = SYS_munmap,
  SWIFTMALLOC_CALL_MPROTECT = SYS_mprotect,
  SWIFTMALLOC_CALL_MREMAP = SYS_mremap,
  SWIFTMALLOC_CALL_MADVISE = SYS_madvise,
  SWIFTMALLOC_CALL_FUTEX = SYS_futex,
  SWIFTMALLOC_CALL_OPENAT = SYS_openat,
  SWIFTMALLOC_CALL_CLOSE = SYS_close,
  SWIFTMALLOC_CALL_READ = SYS_read,
  SWIFTMALLOC_CALL_WRITE = SYS_write,
  SWIFTMALLOC_CALL_PREAD = SYS_pread64,
  SWIFTMALLOC_CALL_MINCORE = SYS_mincore,
  SWIFTMALLOC_CALL_READLINKAT = SYS_readlinkat,
  SWIFTMALLOC_CALL_GETPID = SYS_getpid,
  SWIFTMALLOC_CALL_FCNTL = SYS_fcntl,
  SWIFTMALLOC_CALL_GETDENTS64 = SYS_getdents64,
  SWIFTMALLOC_CALL_IOCTL = SYS_ioctl,
};

static inline intptr_t swiftmalloc_system_call(
    intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
#if defined(__x86_64__)
  register intptr_t r10 __asm__("r10") = d;
  register intptr_t r8 __asm__("r8") = e;
  register intptr_t r9 __asm__("r9") = f;
  intptr_t result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register intptr_t x8 __asm__("x8") = number;
  register intptr_t x0 __asm__("x0") = a;
  register intptr_t x1 __asm__("x1") = b;
  register intptr_t x2 __asm__("x2") = c;
  register intptr_t x3 __asm__("x3") = d;
  register intptr_t x4 __asm__("x4") = e;
  register intptr_t x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory", "cc");
  return x0;
#else
#error "swiftmalloc knows the system call instruction of x86-64 and AArch64 only"
#endif
}

#else

// A machine without an operating system (Examples/Freestanding): there is nobody to call, and every call is refused.
enum {
  SWIFTMALLOC_CALL_MMAP,
  SWIFTMALLOC_CALL_MUNMAP,
  SWIFTMALLOC_CALL_MPROTECT,
  SWIFTMALLOC_CALL_MREMAP,
  SWIFTMALLOC_CALL_MADVISE,
  SWIFTMALLOC_CALL_FUTEX,
  SWIFTMALLOC_CALL_OPENAT,
  SWIFTMALLOC_CALL_CLOSE,
  SWIFTMALLOC_CALL_READ,
  SWIFTMALLOC_CALL_WRITE,
  SWIFTMALLOC_CALL_PREAD,
  SWIFTMALLOC_CALL_MINCORE,
  SWIFTMALLOC_CALL_READLINKAT,
  SWIFTMALLOC_CALL_GETPID,
  SWIFTMALLOC_CALL_FCNTL,
  SWIFTMALLOC_CALL_GETDENTS64,
  SWIFTMALLOC_CALL_IOCTL,
};

static inline intptr_t swiftmalloc_system_call(
    intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  (void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
  enum { NOT_IMPLEMENTED = 38 };  // ENOSYS
  return -NOT_IMPLEMENTED;
}

#endif

/// Begins to fetch the memory at `address`, whatever is there.
static inline void swiftmalloc_prefetch(const void *address) { __builtin_prefetch(address); }

/// Tells the processor that this is a spinning wait.
static inline void swiftmalloc_spin_hint(void) {
#if defined(__x86_64__)
  __asm__ volatile("pause");
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
