// The body of fork.h.

#include "fork.h"

#include "libc.h"
#include "libc/c_library.h"

void swiftmalloc_lock_streams(void) {
  if (!swiftmalloc_is_single_threaded()) swiftmalloc_c_library()->lock_streams();
}

void swiftmalloc_unlock_streams(void) { swiftmalloc_c_library()->unlock_streams(); }

void swiftmalloc_reset_streams(void) { swiftmalloc_c_library()->reset_streams(); }

void swiftmalloc_pass_streams(void) { swiftmalloc_c_library()->pass_streams(); }
