// Proves that a fault inside a function of libc is traced to its caller.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address {ADDRESS} \(a read, 0 bytes inside the freed 100000-byte block at {ADDRESS}\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*(strlen|libc)
// report: ^ +#1 0x[0-9a-f]+ in measure +.*{FILE}:{LINE:strlen}$
// report: ^ +#2 0x[0-9a-f]+ in main 
// report: ^freed by thread "
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

static NOINLINE size_t measure(char *text) {
    size_t length = strlen(text);  // strlen
    return length + (hide(text) == NULL);
}

int main(void) {
    char *text = announce(malloc(100000));
    strcpy(text, "text");
    free(text);
    measure(hide(text));
    return 0;
}
