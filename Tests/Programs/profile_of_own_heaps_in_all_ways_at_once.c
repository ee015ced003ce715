// Proves that shared heaps stay whole when threads use them in all ways at once while many blocks, or all, are sampled.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1k
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1k SWIFTMALLOC_LIVE=1
// expect: exit 0
// stderr-none
// timeout: 90
// link: {LIBRARY}
// production-only: the debug heap is not sampled
#include "heap_shared_in_all_ways_at_once.c"
