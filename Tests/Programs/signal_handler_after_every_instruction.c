// Proves that a signal handler may allocate and free between any two instructions of one malloc, free or realloc: the trap
// flag stops the processor after each, and the handler acts after the one whose turn it is, in a process of its own. No block
// may be given out twice, and no free be taken for a second one.
// arguments: SIZE=48,BEFORE=4 SIZE=2000,BEFORE=33
// arguments-all: SIZE=24000,BEFORE=4
// timeout: 120
// production-only: the debug heap blocks signals while it asks libunwind, and a trap of a blocked signal ends the process
// also: LIVE=1
#define _GNU_SOURCE 1
#include <signal.h>
#include <sys/mman.h>
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
static volatile long steps, turn;
static volatile int done, keeps;

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

static void handle(int number, siginfo_t *information, void *context) {
    (void)number, (void)information;
    ucontext_t *interrupted = context;
    if (!done && ++steps != turn) return;
    interrupted->uc_mcontext.gregs[REG_EFL] &= ~trapFlag;
    if (done) return;
    done = 1;
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
    // Whether the operation had as many instructions as the turn.
    long *taken = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(taken != MAP_FAILED, "mmap");
    for (int way = 0; way < 6; way++) {
        for (turn = 1, *taken = 1; *taken && turn < 1500; turn += turn < 200 ? 1 : 5) {
            pid_t child = fork();
            if (child == 0) {
                keeps = way & 1;
                interrupt(way / 2);
                *taken = steps >= turn;
                _exit(0);
            }
            int status;
            CHECK(waitpid(child, &status, 0) == child && status == 0, "way %d, instruction %ld: status %d", way, (long)turn, status);
        }
    }
    return 0;
}
#endif
