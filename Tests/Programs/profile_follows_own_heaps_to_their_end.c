// Proves that heaps of the program's own, which threads share, may be emptied and destroyed while every block is sampled.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1 SWIFTMALLOC_LIVE=1
// expect: exit 0
// stderr-none
// timeout: 90
// link: {LIBRARY}
// production-only: the debug heap is not sampled
#include "heap_shared_ends_while_threads_have_caches.c"
