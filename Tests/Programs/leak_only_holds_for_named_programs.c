// Proves that with ONLY the modes hold for programs of these names: of their files, or as they were started. * is any text.
// expect: exit 23
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block
// stderr-count: 1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=other,leak_only_holds_for_named_program*,another
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=*
// env: SWIFTMALLOC_OPTIONS=only=other,leak_only_holds_*,leaks=1,leak_exit_code=23
// env: SWIFTMALLOC_OPTIONS=leaks=on,leak_exit_code=23,only=other,,leak_only_holds_*
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=started-as STARTED_AS=/no/such/folder/started-as
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_ONLY=leak_only_holds_* STARTED_AS=started-as
#include "leak.h"

int main(int count, char **arguments) {
    const char *name = getenv("STARTED_AS");
    if (name && count == 1) {
        execl("/proc/self/exe", name, "inside", (char *)NULL);
        CHECK(0, "exec failed, %s", arguments[0]);
    }
    lose(1000);
    return 5;
}
