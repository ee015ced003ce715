/// The functions that libswiftmalloc.so adds to those of the C library.
/// A program may declare them weak and test them for null, so that it also runs without the library.

#ifndef SWIFTMALLOC_H
#define SWIFTMALLOC_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the library, such as "0.1.0".
const char *swiftmalloc_version(void);

/// In debug mode: looks at the bytes around every live block and in every freed one, reports what was
/// overwritten, and returns the number of damaged blocks. 0 in production mode.
int swiftmalloc_check(void);

/// What the debug heap holds, in bytes.
struct swiftmalloc_debug_statistics {
  /// Asked for and not freed yet.
  size_t requested_bytes;
  /// Pages that hold blocks and can be accessed.
  size_t resident_bytes;
  /// The heap's own records, traces included.
  size_t overhead_bytes;
};

/// Fills the structure and returns 1; returns 0 and changes nothing in production mode.
int swiftmalloc_debug_statistics(struct swiftmalloc_debug_statistics *statistics);

/// With LEAKS=1: looks now for blocks that nothing in the program leads to, reports them and what of them is new since
/// the last check, and returns the number of blocks that are new. 0 without LEAKS, and inside of a signal handler that
/// interrupted malloc. All other threads stand still for the time of a fork; their system calls may fail with EINTR.
size_t swiftmalloc_check_leaks(void);

#ifdef __cplusplus
}
#endif

#endif
