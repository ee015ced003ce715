// Proves that faults that are none of ours kill the process by their own signal without a word: null, code, read-only data,
// another's inaccessible page, a file's end, an address that is none, and signals sent by kill.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "debug.h"

static void fault(int which) {
    char path[4096];
    snprintf(path, sizeof path, "%s/empty", getenv("PROGRAM_SCRATCH"));
    char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *empty = mmap(NULL, 4096, PROT_READ, MAP_SHARED, open(path, O_RDWR | O_CREAT, 0600), 0);
    switch (which) {
        case 0: *(volatile char *)hide(NULL) = 1; break;
        case 1: *(volatile char *)hide((void *)fault) = 1; break;
        case 2: *(volatile char *)hide("text") = 1; break;
        case 3: *(volatile char *)hide(none) = 1; break;
        case 4: none[0] = *(volatile char *)hide(empty); break;
        case 5: *(volatile char *)hide((void *)0x4141414141414141) = 1; break;
        case 6: ((void (*)(void))hide(NULL))(); break;
        case 7: kill(getpid(), SIGSEGV), pause(); break;
        case 8: raise(SIGSEGV); break;
        case 9: raise(SIGBUS); break;
    }
}

int main(void) {
    for (int which = 0; which < 10; which++) {
        pid_t child = fork();
        if (child == 0) {
            free(malloc(100));
            fault(which);
            _exit(0);
        }
        int status = -1, expected = which == 4 || which == 9 ? SIGBUS : SIGSEGV;
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == expected, "fault %d ended with %x", which, status);
    }
    return 0;
}
