// Proves that a signal handler may allocate and free between any two instructions of one malloc, free or realloc: the trap
// flag stops the processor after each, and a child made there lets the handler act and ends the call, while its parent steps
// on. No block may be given out twice, and no free be taken for a second one.
// arguments: SIZE=48,BEFORE=4 SIZE=2000,BEFORE=33
// arguments-all: SIZE=24000,BEFORE=4
// timeout: 120
// production-only: the debug heap blocks signals while it asks libunwind, and a trap of a blocked signal ends the process
// also: LIVE=1
#define _GNU_SOURCE 1
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include "check.h"
ARGUMENT(int, SIZE)
ARGUMENT(int, BEFORE)

#if !defined(__x86_64__)
int main(void) { SKIP("only x86-64 has the trap flag where this program sets it"); }
#else
enum { limit = 4000, trapFlag = 0x100 };
static struct { uint64_t *block, serial; } live[limit];
static int count;
static uint64_t serials;
static volatile long steps;
static volatile int done, acted, keeps;

static void put(void *block) {
    CHECK(block && count < limit, "%d blocks", count);
    live[count].block = block;
    live[count].serial = *live[count].block = ++serials;
    count++;
}

static void drop(int index) {
    uint64_t *block = live[index].block;
    CHECK(*block == live[index].serial, "block %p was given twice", (void *)block);
    live[index] = live[--count];
    free(block);
}

// The child has a copy of the memory and no more, as nothing ran for its start. Published counters would be one file of both.
static int isChild(void) {
    pid_t child = getenv("SWIFTMALLOC_LIVE") ? fork() : (pid_t)syscall(SYS_fork);
    if (child == 0) return 1;
    int status;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "instruction %ld: status %d", (long)steps, status);
    return 0;
}

static void handle(int number, siginfo_t *information, void *context) {
    (void)number, (void)information;
    ucontext_t *interrupted = context;
    if (!done && (++steps > 1500 || (steps > 200 && steps % 5) || !isChild())) return;
    interrupted->uc_mcontext.gregs[REG_EFL] &= ~trapFlag;
    if (done) return;
    done = acted = 1;
    int before = count;
    for (int i = 0; i < 4; i++) put(malloc(SIZE));
    while (!keeps && count > before) drop(count - 1);
}

static inline void beginSteps(void) { __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc"); }
static inline void endSteps(void) {
    done = 1;
    __asm__ volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
}

static void interrupt(int operation) {
    for (int i = 0; i < BEFORE; i++) put(malloc(SIZE));
    void *block = hide(operation == 2 ? malloc(6 * MIB) : live[0].block);
    if (operation == 1) live[0] = live[--count];
    while (operation == 1 && keeps && count > 0) drop(count - 1);
    beginSteps();
    switch (operation) {
    case 0: block = malloc(SIZE); break;
    case 1: free(block); break;
    default: block = realloc(block, 9 * MIB);
    }
    endSteps();
    if (operation == 0) put(block);
    if (operation == 2) free(block);
    for (int i = 0; i < 200; i++) put(malloc(SIZE));
    while (count > 0) drop(count / 2);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGTRAP, &action, NULL) == 0, "sigaction");
    for (int way = 0; way < 6; way++) {
        pid_t child = fork();
        if (child == 0) {
            keeps = way & 1;
            interrupt(way / 2);
            _exit(acted || steps > 10 ? 0 : 3);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && status == 0, "way %d: status %d", way, status);
    }
    return 0;
}
#endif
