// Proves that a program in which every block is sampled gets null with ENOMEM where memory ends, and goes on: a sample that finds no
// memory is an ordinary block, and many of them are found without a walk over all.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1
// expect: exit 0
// ulimit: -v 400000
// production-only: the debug heap is not sampled
#include "address_space_limit_with_threads.c"
