// Proves that there is no leak check where the program's __lsan_is_turned_off says so.
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
#include "leak.h"

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return 1; }

int main(void) {
    lose(1000);
    CHECK(checkLeaks() == 0, "a check on demand");
    ((void (*)(void))function("__lsan_do_leak_check"))();
    return 0;
}
