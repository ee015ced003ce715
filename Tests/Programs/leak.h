// What the programs of the leak check use beside debug.h: pointers that no checker recognises, and stacks and registers
// that keep no copy of one.
#ifndef LEAK_H
#define LEAK_H
#include <pthread.h>
#include <signal.h>
#include "debug.h"

#define HELPER static __attribute__((noinline, unused))

// size_t swiftmalloc_check_leaks(void): the lost blocks that are new since the last check, each reported.
#define checkLeaks() (((size_t (*)(void))function("swiftmalloc_check_leaks"))())

// A pointer as a number that is no pointer.
static inline uintptr_t conceal(void *pointer) { return ~(uintptr_t)hide(pointer); }
static inline void *reveal(uintptr_t concealed) { return hide((void *)~concealed); }

// Overwrites what earlier calls left on the stack below the caller, and in the registers that it may use freely.
HELPER void clearStack(void) {
    char bytes[192 * 1024];
    memset(bytes, 0, sizeof bytes);
    hide(bytes);
#ifdef __x86_64__
#define ZERO(n) "pxor %%xmm" #n ", %%xmm" #n "\n\t"
    __asm__ volatile(ZERO(0) ZERO(1) ZERO(2) ZERO(3) ZERO(4) ZERO(5) ZERO(6) ZERO(7) ZERO(8) ZERO(9) ZERO(10) ZERO(11)
                     ZERO(12) ZERO(13) ZERO(14) ZERO(15)
                     "xor %%eax, %%eax; xor %%ecx, %%ecx; xor %%edx, %%edx; xor %%esi, %%esi; xor %%edi, %%edi\n\t"
                     "xor %%r8d, %%r8d; xor %%r9d, %%r9d; xor %%r10d, %%r10d; xor %%r11d, %%r11d"
                     : : : "memory", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11");
#else
#define ZERO(n) "mov x" #n ", #0\n\tmovi v" #n ".2d, #0\n\t"
#define ZERO_VECTOR(n) "movi v" #n ".2d, #0\n\t"
    __asm__ volatile(ZERO(0) ZERO(1) ZERO(2) ZERO(3) ZERO(4) ZERO(5) ZERO(6) ZERO(7)
                     "mov x8, #0; mov x9, #0; mov x10, #0; mov x11, #0; mov x12, #0; mov x13, #0; mov x14, #0; mov x15, #0\n\t"
                     "mov x16, #0; mov x17, #0\n\t"
                     ZERO_VECTOR(16) ZERO_VECTOR(17) ZERO_VECTOR(18) ZERO_VECTOR(19) ZERO_VECTOR(20) ZERO_VECTOR(21) ZERO_VECTOR(22)
                     ZERO_VECTOR(23) ZERO_VECTOR(24) ZERO_VECTOR(25) ZERO_VECTOR(26) ZERO_VECTOR(27) ZERO_VECTOR(28) ZERO_VECTOR(29)
                     ZERO_VECTOR(30) ZERO_VECTOR(31)
                     : : : "memory", "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
                       "x15", "x16", "x17", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21",
                       "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
#endif
}

HELPER void farDown(void (*work)(void)) {
    char room[65536];
    room[0] = 0;
    hide(room);
    work();
    hide(room);
}

// Runs work far down on the stack and overwrites all that it left there: only what it stored elsewhere stays.
HELPER void away(void (*work)(void)) {
    farDown(work);
    clearStack();
}

// A block of zeroes, out of the compiler's sight: it leaves out no store to it.
HELPER void *make(size_t size) {
    void *block = calloc(1, size);
    return hide(block);
}

// Loses one block: the proof, beside one that is held, that the check has looked.
static size_t lostSize;
HELPER void loseOne(void) { fill(hide(malloc(lostSize)), lostSize, 1); }  // lost
HELPER void lose(size_t size) { lostSize = size, away(loseOne); }

// Threads that stand where they should.
static volatile int arrived __attribute__((unused));
HELPER void arrive(void) { __atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST); }
HELPER void await(int count) {
    while (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < count) usleep(1000);
}

// Waits for the end of a thread that cannot be joined.
HELPER void awaitEnd(pid_t thread) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d", thread);
    while (access(path, F_OK) == 0) usleep(1000);
}

static char **givenArguments;
__attribute__((constructor(101))) static void keepArguments(int count, char **given) {
    takeArguments(&count, &given);
    givenArguments = given;
}

// Starts the program once more, with one more variable: what the library reads at its start.
HELPER void startWith(const char *name, const char *value) {
    if (getenv("STARTED") != NULL) return;
    setenv(name, value, 1), setenv("STARTED", "1", 1);
    execv("/proc/self/exe", givenArguments);
    CHECK(0, "exec");
}

// Puts a text into a file of the run's own and starts the program once more with a variable that names the file.
HELPER void startWithFile(const char *name, const char *text) {
    char path[4096];
    snprintf(path, sizeof path, "%s/file", getenv("PROGRAM_SCRATCH"));
    if (getenv("STARTED") == NULL) {
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        CHECK(write(file, text, strlen(text)) == (ssize_t)strlen(text) && close(file) == 0, "%s", path);
    }
    startWith(name, path);
}

// The library that holds blocks (libraries/leak_library.c), opened, and one of its functions.
HELPER void *openLibrary(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/leak_library.so", getenv("PROGRAM_LIBRARIES"));
    void *library = dlopen(path, RTLD_NOW);
    CHECK(library != NULL, "%s", dlerror());
    return library;
}
#define call(library, name) ((void (*)(void))dlsym(library, name))()

// Every way to end a process whose status the program gives.
static int endStatus __attribute__((unused));
HELPER void *endFromThread(void *nothing) {
    exit(endStatus);
    return nothing;
}
HELPER void endBy(int how, int status) {
    pthread_t thread;
    endStatus = status;
    if (how == 1) exit(status);
    if (how == 2) _exit(status);
    if (how == 3) _Exit(status);
    if (how == 4) quick_exit(status);
    if (how == 5) pthread_create(&thread, NULL, endFromThread, NULL), pthread_exit(NULL);
    if (how == 6) {
        pthread_create(&thread, NULL, endFromThread, NULL);
        for (;;) pause();
    }
}

#endif
