// Proves that the signal which ends the process after a report is the one that came: number, code and address, which core files
// tell.
// expect: exit 0
// stderr: ERROR: swiftmalloc: SEGV on address 0x18
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include "debug.h"

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(77);
        *(volatile char *)hide((void *)24) = 1;
        _exit(1);
    }
    siginfo_t first = {0}, last = {0};
    int status = 0, count = 0;
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        if (WSTOPSIG(status) == SIGSEGV) ptrace(PTRACE_GETSIGINFO, child, NULL, count++ == 0 ? &first : &last);
        ptrace(PTRACE_CONT, child, NULL, (void *)(long)WSTOPSIG(status));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) SKIP("ptrace is not allowed");
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "it ended with %x", status);
    CHECK(count == 2, "%d signals", count);
    CHECK(first.si_code == SEGV_MAPERR && last.si_code == SEGV_MAPERR, "codes %d and %d", first.si_code, last.si_code);
    CHECK(first.si_addr == (void *)24 && last.si_addr == (void *)24, "addresses %p and %p", first.si_addr, last.si_addr);
    return 0;
}
