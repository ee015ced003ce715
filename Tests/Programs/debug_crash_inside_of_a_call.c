// Proves that a signal which comes inside of malloc, free or realloc, whose locks the thread then holds, is reported and ends
// the process soon, each of many times.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_PROTECT=1
// arguments: ROUNDS=15
// arguments-all: ROUNDS=100
// timeout: 60
#include <signal.h>
#include <sys/wait.h>
#include "workout.h"
ARGUMENT(int, ROUNDS)

static int isReported(int from) {
    char text[65536];
    size_t length = 0;
    ssize_t count;
    while ((count = read(from, text + length, sizeof text - 1 - length)) > 0) length += (size_t)count;
    text[length] = 0;
    char *line = strstr(text, "ERROR: swiftmalloc: SEGV on address 0x");
    return line && strstr(line, "(sent by process ") && strstr(line, "    #0 0x") && strstr(line, "SUMMARY: swiftmalloc: SEGV");
}

int main(void) {
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2];
        CHECK(pipe(ends) == 0, "pipe");
        pid_t child = fork();
        if (child == 0) {
            dup2(ends[1], 2);
            close(ends[0]), close(ends[1]);
            dprintf(2, "ready\n");
            for (;;) workout((uint64_t)round, 1000);
        }
        close(ends[1]);
        char ready[6];
        CHECK(read(ends[0], ready, sizeof ready) == 6, "the child is not ready");
        usleep((useconds_t)(20000 + round * 777));
        kill(child, SIGSEGV);
        CHECK(isReported(ends[0]), "no report in round %d", round);
        close(ends[0]);
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "it ended with %x", status);
    }
    return 0;
}
