// Proves that a handler which forks, while the code that it interrupts is being sampled, does not stop the program or its child.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=1
// expect: exit 0
// stderr-none
// timeout: 60
// arguments: SIZE=600,FORKS=100
// production-only: the debug heap is not sampled
#include "fork_in_a_signal_handler.c"
