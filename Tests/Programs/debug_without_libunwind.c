// Proves that without libunwind (here a file of its name that is none) the debug heap traces by the unwind tables of the code, also
// through a signal's handler and through libc, and says nothing of it.
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
// env: SWIFTMALLOC_DEBUG=1 BOGUS=libunwind.so.8
// env: SWIFTMALLOC_DEBUG=guard BOGUS=libunwind.so.8
#include <signal.h>
#include "debug.h"
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
    char path[4096];
    if (count == 1) {
        snprintf(path, sizeof path, "%s/%s", getenv("PROGRAM_SCRATCH"), getenv("BOGUS"));
        int file = open(path, O_WRONLY | O_CREAT, 0755);
        CHECK(file >= 0 && write(file, "not an ELF file\n", 16) == 16, "no bogus library");
        setenv("LD_LIBRARY_PATH", getenv("PROGRAM_SCRATCH"), 1);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        CHECK(0, "exec failed");
    }
    workout(1, 2000);
    char texts[] = "ba";
    signal(SIGUSR1, handler);
    block = announce(malloc(100));
    sort(texts);
    interrupted();
    return 0;
}
