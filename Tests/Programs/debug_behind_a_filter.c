// Proves that the debug heap runs where a filter ends the process for mincore, which libunwind calls at its first use, and that traces go through
// a signal's handler and through libc there, too.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// stderr-count: 1
// report: ^ +#0 0x[0-9a-f]+ in handler +.*{FILE}:{LINE:second free}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in interrupted +.*{FILE}:{LINE:raises}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in main 
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in compare +.*{FILE}:{LINE:first free}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in sort +.*{FILE}:{LINE:calls qsort}$
// report: ^ +#[0-9]+ 0x[0-9a-f]+ in main 
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in main 
// report: ^SUMMARY: swiftmalloc: double-free
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include "debug.h"
#include "filter.h"
#include "workout.h"
static void *block;

static void handler(int number) {
    free(hide(block));  // second free
    hide(&number);
}

static NOINLINE void interrupted(void) {
    raise(SIGUSR1);  // raises
    hide(&block);
}

static int compare(const void *one, const void *other) {
    free(hide(block));  // first free
    return memcmp(one, other, 1);
}

static NOINLINE void sort(char *texts) {
    qsort(texts, 2, 1, compare);  // calls qsort
}

int main(int count, char **arguments) {
    hide(&count);
    startBehindFilter(arguments);
    workout(1, 2000);
    char texts[] = "ba";
    signal(SIGUSR1, handler);
    block = announce(malloc(100));
    sort(texts);
    interrupted();
    return 0;
}
