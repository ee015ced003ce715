// Proves that nothing is counted or changed at the end where LEAKS is off; that the option does nothing is said at the start.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: option LEAK_EXIT_CODE has no effect without LEAKS$
// stderr-count: 1
// env: SWIFTMALLOC_LEAKS=0 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// not-compared: Valgrind reports whatever ends a process
#include "leak.h"

int main(void) {
    lose(1000);
    if (dlsym(RTLD_DEFAULT, "swiftmalloc_check_leaks") != NULL) CHECK(checkLeaks() == 0, "a check with LEAKS=0");
    return 0;
}
