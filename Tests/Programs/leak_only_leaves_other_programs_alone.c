// Proves that with ONLY no mode holds for a program of another name, and that nothing is said there, wrong options included.
// expect: exit 5
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=other
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=leaves,only_leaves,*_alon,alone,?eak_only*
// env: SWIFTMALLOC_OPTIONS=leaks=1,leak_exit_code=23,only=a,b,nonsense=7,frames=many
// env: SWIFTMALLOC_OPTIONS=leaks=1,only=a,b,c SWIFTMALLOC_NONSENSE=7 SWIFTMALLOC_FRAMES=many
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_STATS=1 SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LIMIT=1k SWIFTMALLOC_ONLY=other
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_HELP=1 SWIFTMALLOC_ONLY=,,
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_OPTIONS=only=leak_* SWIFTMALLOC_ONLY=other
#include "leak.h"

int main(void) {
    lose(1000);
    return 5;
}
