// Proves that with guarded blocks a fault that is not in one ends the process as without them, or comes to the program's handler, whether
// it was there first or came later; and that a fault in a guarded block comes to a handler of the program's.
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// production-only: the debug heap is not sampled
#include "guarded.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static sigjmp_buf back;
static void *volatile faultAddress;
static NOINLINE char *allocate(void) { return hide(malloc(64)); }

static void handle(int number, siginfo_t *information, void *context) {
    (void)number, (void)context;
    faultAddress = information->si_addr;
    siglongjmp(back, 1);
}

static int statusOf(void (*body)(void)) {
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        dup2(open("/dev/null", O_WRONLY), 2);
        body();
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child, "wait");
    return status;
}

static void nullPointer(void) { *(volatile int *)hide(NULL) = 1; }
static void sent(void) { raise(SIGSEGV); }
static void inGuard(void) { *(volatile char *)hide(GUARDED(allocate(), 64, 1) + 64) = 1; }
static void ignoredAndSent(void) {
    signal(SIGSEGV, SIG_IGN);
    raise(SIGSEGV);
    _exit(9);
}

int main(void) {
    int status = statusOf(nullPointer);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "a null pointer: status %x", status);
    status = statusOf(sent);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "a signal that was sent: status %x", status);
    status = statusOf(inGuard);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "in a guard: status %x", status);
    status = statusOf(ignoredAndSent);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9, "ignored: status %x", status);
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_NODEFER};
    struct sigaction before;
    CHECK(sigaction(SIGSEGV, &action, &before) == 0 && before.sa_flags & SA_SIGINFO, "no handler of the library's");
    if (!sigsetjmp(back, 1)) nullPointer();
    CHECK(faultAddress == NULL, "a null pointer came as %p", faultAddress);
    char *block = GUARDED(allocate(), 64, 1);
    if (!sigsetjmp(back, 1)) *(volatile char *)(block + 64) = 1;
    CHECK(faultAddress == block + 64, "the guard came as %p", faultAddress);
    free(block);
    return 0;
}
