// Proves that a handler which forks, while the code that it interrupts allocates, does not stop the program.
// expect: exit 0
// stderr-none
// timeout: 60
// arguments: SIZE=600,FORKS=100 SIZE=4000000,FORKS=100
// arguments-all: SIZE=600,FORKS=600 SIZE=4000000,FORKS=600
// also: DEBUG=1
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, FORKS)
static volatile int forks;

static void handler(int number) {
    int error = errno;
    (void)number;
    pid_t child = fork();
    if (child == 0) {
        if (forks % 2) execl("/bin/true", "true", (char *)NULL);
        _exit(0);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
    forks++;
    errno = error;
}

int main(void) {
    static void *blocks[512];
    uint64_t random = 7;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    // A fork must be done before the next one begins: it copies thousands of mappings of the debug heap.
    long period = isDebug() ? 40000 : 8000;
    struct itimerval storm = {{0, period}, {0, period}}, calm = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &storm, NULL);
    while (forks < FORKS)
        for (int k = 0; k < 1000; k++) {
            int i = (int)(nextRandom(&random) % 512);
            free(blocks[i]);
            blocks[i] = malloc(1 + nextRandom(&random) % SIZE);
            CHECK(blocks[i] != NULL, "no block");
        }
    setitimer(ITIMER_REAL, &calm, NULL);
    return 0;
}
