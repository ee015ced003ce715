// Proves that a suppression that matches a function, a file or a module of any frame hides a leak: not in the report, nor in
// the count, only in the totals.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 50 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 50 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in other_place +.*{FILE}:{LINE:other}$
// report: ^  definitely lost: 50 bytes in 1 block$
// report: ^  suppressed: 210 bytes in 2 blocks$
// report: ^SUMMARY: swiftmalloc: 50 byte\(s\) leaked in 1 allocation\(s\)\.$
// report-not: leak of (100|110|210|260) byte
// needs: so leak_library.c
// link: -ldl
// arguments: TEXT=0 TEXT=1 TEXT=2 TEXT=3 TEXT=4 TEXT=5 TEXT=6 TEXT=7 TEXT=8 TEXT=9 TEXT=10
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"
ARGUMENT(int, TEXT)
static void *(*make_in_library)(size_t);

HELPER void one_place(void) {
    hide(make_in_library(100));
    hide(make_in_library(110));
}
HELPER void other_place(void) {
    hide(malloc(50));  // other
}

int main(void) {
    const char *texts[] = {
        "leak:one_place\n", "leak:^one_place$\n", "leak:one*ace\n", "leak:^one\n", "leak:^one_pl*e$\nleak:nothing",
        "# a comment\n\n\nleak:nowhere\nleak:one_place", "leak:leak_library.so\n", "leak:leak_library.c\n", "leak:*/leak_library*\n",
        "leak:library_make\n", "leak:^*one*_*place*$\n",
    };
    startWithFile("SWIFTMALLOC_SUPPRESSIONS", texts[TEXT]);
    make_in_library = (void *(*)(size_t))dlsym(openLibrary(), "library_make");
    away(one_place);
    away(other_place);
    return 0;
}
