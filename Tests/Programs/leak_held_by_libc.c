// Proves that a block is not lost while an open stream or the environment is all that has it: what libc itself holds is no leak.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <iconv.h>
#include <locale.h>
#include <netdb.h>
#include <pwd.h>
#include <regex.h>
#include "leak.h"
static regex_t expression;
static volatile iconv_t conversion;

HELPER void build(void) {
    FILE *file = fopen("/proc/self/status", "r");
    if (file != NULL) fgetc(file);
    setenv("LEAK_NAME", "a value", 1), setenv("LEAK_NAME", "another value, which is longer", 1);
    setlocale(LC_ALL, "");
    getpwnam("root"), gethostbyname("127.0.0.1"), tzset();
    regcomp(&expression, "(a|b)*c+[[:alpha:]]", REG_EXTENDED);
    conversion = iconv_open("UTF-16", "UTF-8");
    ungetc('x', stdin), atexit(clearStack);
}

int main(void) {
    away(build);
    lose(1000);
    return 0;
}
