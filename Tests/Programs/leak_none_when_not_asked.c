// Proves that nothing is said, counted or changed at the end where LEAKS is off.
// stderr-none
// env: SWIFTMALLOC_LEAKS=0 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// not-compared: Valgrind reports whatever ends a process
#include "leak.h"

int main(void) {
    lose(1000);
    if (dlsym(RTLD_DEFAULT, "swiftmalloc_check_leaks") != NULL) CHECK(checkLeaks() == 0, "a check with LEAKS=0");
    return 0;
}
