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

#ifdef __cplusplus
}
#endif

#endif
