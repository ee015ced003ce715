// Proves that EXIT_SIGNALS does nothing where the program handles SIGTERM or ignores SIGINT, inherited or by itself.
// expect: exit 7
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_EXIT_SIGNALS=1
// not-compared: Valgrind has no such option
#include <signal.h>
#include "leak.h"

static void handler(int number) { (void)number; }

int main(int count, char **arguments) {
    if (count == 1) {
        signal(SIGINT, SIG_IGN);
        execl("/proc/self/exe", arguments[0], "again", NULL);
        SKIP("there is no /proc");
    }
    raise(SIGINT);
    signal(SIGTERM, handler);
    raise(SIGTERM);
    signal(SIGTERM, SIG_IGN);
    raise(SIGTERM);
    return 7;
}
