// Proves that lines of source that end as on Windows are shown without their carriage return.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS}
// report: ^ +1 \| first$
// report: ^    > +2 \| second$
// report: ^ +3 \| $
// report: ^ +4 \| last$
// env: SWIFTMALLOC_DEBUG=1
#include <fcntl.h>
#include "debug.h"

#define SOURCE "/tmp/swiftmalloc_carriage_returns"

int main(void) {
    static const char text[] = "first\r\nsecond\r\n\r\nlast\r\n";
    int file = open(SOURCE, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(write(file, text, sizeof text - 1) == (ssize_t)sizeof text - 1, "write");
    close(file);
    void *block = announce(malloc(64));
    free(block);
#line 2 SOURCE
    free(hide(block));
    return 0;
}
