// Proves that a handler may free medium and large blocks while its thread is anywhere in the heap: it interrupts a thread
// that allocates such blocks a few thousand times, and frees and allocates itself. No deadlock, no damage.
// expect: exit 0
// stderr-none
// timeout: 40
#include <signal.h>
#include <sys/time.h>
#include "check.h"
enum { slots = 64 };
static char *volatile blocks[slots];
static volatile int count;

static size_t sizeOf(unsigned number) { return (size_t)40000 << number % 9; }

static void onAlarm(int number) {
    (void)number;
    int errnoThen = errno;
    unsigned at = (unsigned)count++ % slots;
    free(blocks[at]);
    blocks[at] = malloc(sizeOf(at));
    if (blocks[at]) blocks[at][0] = (char)at;
    errno = errnoThen;
}

int main(void) {
    struct sigaction action = {.sa_handler = onAlarm};
    struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    char *mine[slots] = {0};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    double began = seconds();
    for (unsigned i = 0; count < 3000 && seconds() - began < 8; i++) {
        unsigned at = i * 7 % slots;
        CHECK(!mine[at] || mine[at][100] == (char)at, "block %u changed", at);
        free(mine[at]);
        mine[at] = malloc(sizeOf(i));
        mine[at][100] = (char)at;
        if (i % 5 == 0) mine[at] = realloc(mine[at], sizeOf(i + 1));
    }
    setitimer(ITIMER_REAL, &never, NULL);
    for (int i = 0; i < slots; i++) CHECK(!blocks[i] || blocks[i][0] == (char)i, "a block of the handler changed");
    return 0;
}
