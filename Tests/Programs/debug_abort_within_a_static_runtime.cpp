// Proves that the summary of an exception that nobody catches names the function that threw it, where C++'s runtime is part of the
// program, too.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: ABRT on address 0x[0-9a-f]+ \(by the program itself: abort
// report: ^    #0 0x[0-9a-f]+ in .*
// report: ^ +> +[0-9]+ \| .*case {CASE}:
// report: ^SUMMARY: swiftmalloc: ABRT .*{FILE}:[0-9]+ in end
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: CASE=1 CASE=2
// link: -static-libstdc++ -static-libgcc
#include <exception>
#include "debug.h"

ARGUMENT(int, CASE)

static NOINLINE void end(int which) {
    switch (which) {
        case 1: throw 5;
        case 2: std::terminate();
    }
}

int main() {
    end(CASE);
    return 0;
}
