// What every test program uses: a check that fails loudly, a skip with its reason, patterns to
// recognise contents by, and eyes on the process' own memory. Nothing here allocates.
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

// Ends the program with status 1 and one line that names the failed condition.
#define CHECK(condition, ...)                                               \
    do {                                                                    \
        if (!(condition)) {                                                 \
            int errnoThen = errno;                                          \
            dprintf(2, "%s:%d: %s: ", __FILE__, __LINE__, #condition);      \
            dprintf(2, __VA_ARGS__);                                        \
            dprintf(2, " (errno %d)\n", errnoThen);                         \
            _exit(1);                                                       \
        }                                                                   \
    } while (0)

// Ends the program as skipped; the runner repeats the reason.
#define SKIP(...) (dprintf(1, "SKIP: "), dprintf(1, __VA_ARGS__), dprintf(1, "\n"), _exit(77))

// A pointer whose origin the compiler can no longer see: nothing is optimised away or warned about.
static inline void *hide(void *pointer) {
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

// Says which address the report has to name ({ADDRESS} in the head's expression).
static inline void *announce(void *pointer) {
    dprintf(1, "address=0x%lx\n", (unsigned long)pointer);
    return hide(pointer);
}

// The number NAME of the program's arguments, which are NAME=1 NAME=0x10 …: those of its head's "// arguments:".
static inline long argument(const char *name, int count, char **given) {
    size_t length = strlen(name);
    for (int i = 1; i < count; i++)
        if (strncmp(given[i], name, length) == 0 && given[i][length] == '=') return strtol(given[i] + length + 1, NULL, 0);
    dprintf(2, "%s=… is missing among the arguments\n", name);
    _exit(2);
}

// A variable that has the value of the argument of its name before the program's constructors run (functions in
// .preinit_array are earlier: there take a variant).
#define ARGUMENT(type, name)                                                                   \
    static type name;                                                                          \
    __attribute__((constructor(101))) static void take_##name(int count, char **given) {       \
        takeArguments(&count, &given);                                                         \
        name = (type)argument(#name, count, given);                                            \
    }

#ifdef __GLIBC__
// A constructor is given them.
#define takeArguments(count, given) ((void)(count), (void)(given))
#else
// musl gives constructors none.
static inline void takeArguments(int *count, char ***given) {
    static char line[4096], *words[64];
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    long length = read(file, line, sizeof line - 1);
    close(file);
    *count = 0;
    for (char *at = line; at < line + length && *count < 63; at += strlen(at) + 1) words[(*count)++] = at;
    *given = words;
}

// The smallest stack is glibc's: musl's 2 KiB are less than a slow call takes.
#include <limits.h>
#undef PTHREAD_STACK_MIN
#define PTHREAD_STACK_MIN 16384

// What its headers do not declare, and the library has.
struct mallinfo { int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
struct mallinfo2 { size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
struct mallinfo mallinfo(void);
struct mallinfo2 mallinfo2(void);
int malloc_trim(size_t), mallopt(int, int), malloc_info(int, FILE *);
void malloc_stats(void), *pvalloc(size_t), *valloc(size_t), cfree(void *);
enum { M_MXFAST = 1, M_TRIM_THRESHOLD = -1, M_TOP_PAD = -2, M_MMAP_THRESHOLD = -3, M_MMAP_MAX = -4, M_CHECK_ACTION = -5, M_PERTURB = -6,
       M_ARENA_TEST = -7, M_ARENA_MAX = -8 };
#endif

static inline void fill(void *block, size_t size, int byte) { memset(block, byte, size); }

static inline int filled(const void *block, size_t size, int byte) {
    const unsigned char *bytes = (const unsigned char *)block;
    return size == 0 || (bytes[0] == (unsigned char)byte && memcmp(bytes, bytes + 1, size - 1) == 0);
}

static inline uint64_t nextRandom(uint64_t *state) {  // xorshift64*
    *state ^= *state >> 12, *state ^= *state << 25, *state ^= *state >> 27;
    return *state * 2685821657736338717u >> 16;
}

static inline double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Of this process, in the kernel too: what a claim about speed is measured by, for it holds on a loaded machine.
static inline double processorSeconds(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

// How many times longer an imitated processor may take: the judge says it.
static inline double patience(void) { return getenv("PROGRAM_PATIENCE") ? strtod(getenv("PROGRAM_PATIENCE"), NULL) : 1; }

static inline void statm(size_t *virtualBytes, size_t *residentBytes) {
    char text[128] = {0};
    unsigned long total = 0, resident = 0;
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0, "no /proc/self/statm");
    close(file);
    CHECK(sscanf(text, "%lu %lu", &total, &resident) == 2, "statm says %s", text);
    *virtualBytes = total * (size_t)sysconf(_SC_PAGESIZE);
    *residentBytes = resident * (size_t)sysconf(_SC_PAGESIZE);
}

// Threads of the process, as the kernel counts them.
static inline int threadCount(void) {
    char text[4096] = {0};
    int file = open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC), count = 0;
    CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0, "no /proc/thread-self/status");
    close(file);
    CHECK(sscanf(strstr(text, "\nThreads:"), "\nThreads: %d", &count) == 1, "status says %s", text);
    return count;
}

// Set by EXTRA_ENV or the program's own head, as DEBUG=1 or LEAKS=1.
static inline int isDebug(void) {
    const char *debug = getenv("SWIFTMALLOC_DEBUG"), *leaks = getenv("SWIFTMALLOC_LEAKS");
    return (debug && strcmp(debug, "0") != 0) || (leaks && strcmp(leaks, "0") != 0);
}

// What a heap that withholds freed memory from reuse may hold beside what is in use: its quarantine and the rest of its buckets.
static inline size_t withheld(void) { return isDebug() ? 192 * MIB : 0; }

static inline size_t resident(void) { size_t all, here; statm(&all, &here); return here; }
static inline size_t virtualSize(void) { size_t all, here; statm(&all, &here); return all; }

#endif
