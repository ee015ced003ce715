// The body of fork.h. The lock is recursive, so fork takes it a second time. Its functions are old exports of glibc
// (libio, GLIBC_2.2.5); another C library has none and needs none.

#include "fork.h"

#include "libc.h"

extern void _IO_list_lock(void) __attribute__((weak));
extern void _IO_list_unlock(void) __attribute__((weak));
extern void _IO_list_resetlock(void) __attribute__((weak));

// Guarded by the lock itself.
static int is_held;

void swiftmalloc_lock_streams(void) {
  if (!&_IO_list_lock || !&_IO_list_unlock || !&_IO_list_resetlock || swiftmalloc_is_single_threaded()) return;
  _IO_list_lock();
  is_held = 1;
}

void swiftmalloc_unlock_streams(void) {
  if (!is_held) return;
  is_held = 0;
  _IO_list_unlock();
}

void swiftmalloc_reset_streams(void) {
  if (!is_held) return;
  is_held = 0;
  _IO_list_resetlock();
}
