// Proves that the summary of an abort, and the source that is shown, name the program's function, not the C library's or C++'s
// runtime's, where every abort begins: of abort, of a wrong assertion, of an exception that nobody catches, of a signal.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: ABRT on address 0x[0-9a-f]+ \(by the program itself: abort
// report: ^    #0 0x[0-9a-f]+ in .*
// report: ^ +> +[0-9]+ \| .*case {CASE}:
// report: ^SUMMARY: swiftmalloc: ABRT .*{FILE}:[0-9]+ in end
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: CASE=0 CASE=1 CASE=2 CASE=3 CASE=4
#include <assert.h>
#include <exception>
#include <signal.h>
#include "debug.h"

ARGUMENT(int, CASE)

static NOINLINE void end(int which) {
    switch (which) {
        case 0: abort();
        case 1: assert(!"wrong"); break;
        case 2: throw 5;
        case 3: raise(SIGABRT); break;
        case 4: std::terminate();
    }
}

int main() {
    end(CASE);
    return 0;
}
