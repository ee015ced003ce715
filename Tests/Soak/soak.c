// The soak: threads allocate, fill, verify, resize and free blocks of random sizes for a given time, most of them
// through slots that all threads share, so that a block is usually freed by another thread than the one that made it.
// Threads end and are born again, and processes are forked off in the middle of it all. Memory in use is bounded, so
// resident memory must not grow. Scripts/soak.sh compiles and runs this file; it uses libc alone.
//
//   soak [--seconds N] [--threads N] [--seed N] [--budget MIB] [--alignment N] [--align16] [--sabotage corrupt|leak|child|hang]
//
// Exit status 0: all blocks verified, all children well, no growth. 1: the first error is named, with the seed.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { sharedSlots = 32768, ownSlots = 256, maximumThreads = 256, maximumSamples = 100000, childSeconds = 60, stallSeconds = 120 };

// A block and what must be in it. `busy` is the lock of a shared slot: whoever cannot take it tries another slot.
struct slot { atomic_flag busy; unsigned char *block; size_t size; uint64_t key; };

static struct slot shared[sharedSlots];
static struct { pthread_t thread; atomic_int ended; _Atomic uint64_t operations; uint64_t generation; } workers[maximumThreads];
static _Atomic uint64_t liveBytes, liveBlocks, forks, births;
static atomic_int stopping, sabotaged;
static uint64_t seed = 1, budget = 128, maximumAlignment = 4096;
static int align16, isChild;
static const char *sabotage = "";
static _Thread_local uint64_t random64State;
static _Thread_local int threadNumber = -1;  // -1 is the main thread
static pthread_key_t lateKey;

// say: one line, without stdio's buffers and locks, which a forked child would inherit.
static void say(const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length++] = '\n';
    if (write(1, line, (size_t)length) < 0) _exit(1);
}
#define fail(format, ...) (say("FAILED: seed %llu, process %s, thread %d: " format, (unsigned long long)seed, isChild ? "child" : "parent", threadNumber, __VA_ARGS__), _exit(1))

static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}
static uint64_t random64(void) { return mix(random64State += 0x9e3779b97f4a7c15ull); }
static uint64_t below(uint64_t limit) { return random64() % limit; }

// Log-uniform from 1 to 2^bits bytes; nine of ten blocks are at most 4 KiB, one of a hundred is up to 4 MiB.
static size_t randomSize(void) {
    uint64_t kind = below(100);
    unsigned bits = kind < 90 ? 12 : kind < 99 ? 17 : 22;
    uint64_t magnitude = 1ull << below(bits);
    return magnitude + below(magnitude) + (below(16) == 0);
}
static size_t randomAlignment(void) {
    size_t alignment = 16ull << below(9);
    return alignment < maximumAlignment ? alignment : maximumAlignment;
}

// The contents: a sequence of words that depends on address, size and seed, so that a block which was moved, mixed up with
// another, or written by somebody else shows.
static uint64_t keyOf(const void *block, size_t size) { return mix((uint64_t)(uintptr_t)block ^ mix(size) ^ seed); }
static const uint64_t stride = 0x9e3779b97f4a7c15ull;

static void fill(unsigned char *block, size_t size, uint64_t key) {
    size_t i = 0;
    for (; i + 8 <= size; i += 8, key += stride) memcpy(block + i, &key, 8);
    memcpy(block + i, &key, size - i);
}
static void verify(const unsigned char *block, size_t size, uint64_t key, size_t wholeSize, const char *when) {
    size_t i = 0;
    for (; i < size; i += 8, key += stride) {
        uint64_t word = key;
        memcpy(&word, block + i, size - i < 8 ? size - i : 8);
        if (word != key)
            fail("%s: block %p of %zu bytes: at offset %zu are %016llx, not %016llx", when, (const void *)block, wholeSize, i,
                 (unsigned long long)word, (unsigned long long)key);
    }
}

// alignment: what was asked for; 1 for the functions that promise only what every type needs.
static void check(const void *block, size_t size, size_t alignment, const char *function) {
    if (!block) fail("%s of %zu bytes returned null: %s", function, size, strerror(errno));
    if (alignment < 16) alignment = align16 || size >= 16 ? 16 : 8;
    if ((uintptr_t)block % alignment) fail("%s of %zu bytes: %p is not aligned to %zu", function, size, block, alignment);
    size_t usable = malloc_usable_size((void *)block);
    if (usable < size) fail("%s of %zu bytes: %p has %zu usable bytes", function, size, block, usable);
}

static void adopt(struct slot *slot, unsigned char *block, size_t size) {
    // Usable bytes are the caller's: now and then they are all used.
    if (below(8) == 0) size = malloc_usable_size(block);
    slot->block = block;
    slot->size = size;
    slot->key = keyOf(block, size);
    fill(block, size, slot->key);
    liveBytes += size;
    liveBlocks++;
}

static void allocate(struct slot *slot) {
    size_t size = randomSize(), alignment = randomAlignment();
    if (liveBytes + size > budget) return;
    unsigned char *block = NULL;
    switch (below(10)) {
    default: check(block = malloc(size), size, 1, "malloc"); break;
    case 0: case 1:
        check(block = calloc(1, size), size, 1, "calloc");
        for (size_t i = 0; i < size; i++)
            if (block[i]) fail("calloc of %zu bytes: %p has %#x at offset %zu", size, (void *)block, block[i], i);
        break;
    case 2:
        size = (size + alignment - 1) & ~(alignment - 1);
        check(block = aligned_alloc(alignment, size), size, alignment, "aligned_alloc");
        break;
    case 3: {
        void *result = NULL;
        errno = posix_memalign(&result, alignment, size);
        check(block = result, size, alignment, "posix_memalign");
        break;
    }
    case 4: check(block = realloc(NULL, size), size, 1, "realloc of null"); break;
    }
    adopt(slot, block, size);
}

static void disown(struct slot *slot) {
    liveBytes -= slot->size;
    liveBlocks--;
    slot->block = NULL;
}

static void release(struct slot *slot, const char *when) {
    unsigned char *block = slot->block;
    verify(block, slot->size, slot->key, slot->size, when);
    disown(slot);
    if (!strcmp(sabotage, "leak") && below(12) == 0) return;
    uintptr_t address = (uintptr_t)block;
    errno = 4711;
    free(block);
    if (errno != 4711) fail("free of 0x%lx changed errno to %d", (unsigned long)address, errno);
}

static void resize(struct slot *slot) {
    size_t before = slot->size, size = below(2) ? randomSize() : before + below(before / 2 + 64) - below(before / 2 + 1);
    if (size == 0 || liveBytes + size > budget) return;
    verify(slot->block, before, slot->key, before, "before realloc");
    unsigned char *block = realloc(slot->block, size);
    check(block, size, 1, "realloc");
    verify(block, before < size ? before : size, slot->key, size, "after realloc");
    disown(slot);
    adopt(slot, block, size);
}

// One step on a slot that this thread holds.
static void step(struct slot *slot) {
    if (!slot->block) { allocate(slot); return; }
    uint64_t choice = below(10);
    if (choice < 6) release(slot, "at free");
    else if (choice < 9) resize(slot);
    else verify(slot->block, slot->size, slot->key, slot->size, "in passing");
    if (!strcmp(sabotage, "corrupt") && slot->block && below(5000) == 0 && !atomic_exchange(&sabotaged, 1)) slot->block[slot->size / 2] ^= 1;
}

static void stepOnShared(void) {
    for (;;) {
        struct slot *slot = &shared[below(sharedSlots)];
        if (atomic_flag_test_and_set_explicit(&slot->busy, memory_order_acquire)) continue;
        step(slot);
        atomic_flag_clear_explicit(&slot->busy, memory_order_release);
        return;
    }
}

// At a thread's end: frees and allocates once more, after other destructors may have run. Twice, as keys allow.
static void late(void *value) {
    uintptr_t round = *(uintptr_t *)value;
    free(value);
    for (int i = 0; i < 8; i++) free(malloc(1 + below(5000)));
    if (round < 2 && (value = malloc(sizeof round))) { *(uintptr_t *)value = round + 1; pthread_setspecific(lateKey, value); }
}

static void *childThread(void *unused) {
    random64State = seed ^ (uint64_t)getpid();
    for (int i = 0; i < 2000; i++) stepOnShared();
    return unused;
}

// The child of a fork: what other threads held at the moment of the fork stays locked and is left alone; of the rest it
// frees a part, then works like a thread, now and then with a thread of its own.
static void childLife(uint64_t number) {
    isChild = 1;
    alarm(childSeconds);
    if (!strcmp(sabotage, "hang")) for (;;) pause();
    size_t stepWidth = 1 + below(16);
    for (size_t i = 0; i < sharedSlots; i += stepWidth)
        if (!atomic_flag_test_and_set(&shared[i].busy)) {
            if (shared[i].block) release(&shared[i], "inherited block, at free");
            atomic_flag_clear(&shared[i].busy);
        }
    for (int i = 0; i < 3000; i++) stepOnShared();
    pthread_t thread;
    if (number % 4 == 0 && pthread_create(&thread, NULL, childThread, NULL) == 0) {
        for (int i = 0; i < 2000; i++) stepOnShared();
        pthread_join(thread, NULL);
    }
    int status = strcmp(sabotage, "child") ? 0 : 3;
    if (number % 2) exit(status);
    _exit(status);
}

static void forkOnce(void) {
    uint64_t number = forks++;
    pid_t child = fork();
    if (child < 0) fail("fork: %s", strerror(errno));
    if (child == 0) childLife(number);
    int status = 0, patience = (childSeconds + 5) * 1000;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && patience-- > 0) usleep(1000);
    if (ended == 0) { kill(child, SIGKILL); fail("child of fork %llu did not end in %d s", (unsigned long long)number, childSeconds); }
    if (WIFSIGNALED(status)) fail("child of fork %llu ended by signal %d%s", (unsigned long long)number, WTERMSIG(status), WTERMSIG(status) == SIGALRM ? " (it did not end in time)" : "");
    if (WEXITSTATUS(status)) fail("child of fork %llu ended with status %d", (unsigned long long)number, WEXITSTATUS(status));
}

static void *work(void *argument) {
    threadNumber = (int)(intptr_t)argument;
    random64State = mix(seed + 1000003 * (uint64_t)threadNumber) + mix(workers[threadNumber].generation);
    uintptr_t *value = malloc(sizeof *value);
    if (value) { *value = 0; pthread_setspecific(lateKey, value); }
    struct slot *own = calloc(ownSlots, sizeof *own);
    if (!own) fail("calloc of %d slots returned null", ownSlots);
    uint64_t life = 5000 + below(200000), freesOnly = below(10) == 0;
    for (uint64_t i = 0; i < life && !stopping; i++) {
        if (freesOnly) {
            // A thread that only ever frees.
            struct slot *slot = &shared[below(sharedSlots)];
            if (!atomic_flag_test_and_set_explicit(&slot->busy, memory_order_acquire)) {
                if (slot->block) release(slot, "at free by a thread that only frees");
                atomic_flag_clear_explicit(&slot->busy, memory_order_release);
            }
            i += 9;
        } else if (below(4)) stepOnShared();
        else step(&own[below(ownSlots)]);
        if (below(40000) == 0) forkOnce();
        atomic_fetch_add_explicit(&workers[threadNumber].operations, 1, memory_order_relaxed);
    }
    // Half of the blocks outlive their thread in empty shared slots, the rest goes now.
    for (int i = 0; i < ownSlots; i++) {
        if (!own[i].block) continue;
        struct slot *slot = &shared[below(sharedSlots)];
        if (below(2) && !atomic_flag_test_and_set_explicit(&slot->busy, memory_order_acquire)) {
            if (!slot->block) { slot->block = own[i].block; slot->size = own[i].size; slot->key = own[i].key; own[i].block = NULL; }
            atomic_flag_clear_explicit(&slot->busy, memory_order_release);
        }
        if (own[i].block) release(&own[i], "at the thread's end");
    }
    free(own);
    atomic_store(&workers[threadNumber].ended, 1);
    return NULL;
}

static void start(int number) {
    workers[number].ended = 0;
    workers[number].generation++;
    births++;
    errno = pthread_create(&workers[number].thread, NULL, work, (void *)(intptr_t)number);
    if (errno) fail("pthread_create: %s", strerror(errno));
}

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }

static double residentMiB(void) {
    char text[128] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, text, sizeof text - 1) <= 0) fail("/proc/self/statm: %s", strerror(errno));
    close(file);
    return (double)strtoul(strchr(text, ' '), NULL, 10) * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static void stalled(int signal) {
    (void)signal;
    static const char text[] = "FAILED: no operation for a long time: a deadlock (same --seed to see it again)\n";
    if (write(1, text, sizeof text - 1) < 0) _exit(2);
    _exit(1);
}

int main(int count, char **arguments) {
    int seconds = 600, threads = 8;
    for (int i = 1; i < count; i++) {
        if (!strcmp(arguments[i], "--align16")) { align16 = 1; continue; }
        const char *value = i + 1 < count ? arguments[i + 1] : "";
        if (!strcmp(arguments[i], "--seconds")) seconds = atoi(value);
        else if (!strcmp(arguments[i], "--threads")) threads = atoi(value);
        else if (!strcmp(arguments[i], "--seed")) seed = strtoull(value, NULL, 10);
        else if (!strcmp(arguments[i], "--budget")) budget = strtoull(value, NULL, 10);
        else if (!strcmp(arguments[i], "--alignment")) maximumAlignment = strtoull(value, NULL, 10);
        else if (!strcmp(arguments[i], "--sabotage")) sabotage = value;
        else { say("unknown argument %s", arguments[i]); return 2; }
        i++;
    }
    if (seconds < 1 || threads < 1 || threads > maximumThreads || budget < 1 || maximumAlignment < 16 || maximumAlignment & (maximumAlignment - 1)) { say("bad arguments"); return 2; }
    say("soak: %d s, %d threads, at most %llu MiB in use, seed %llu", seconds, threads, (unsigned long long)budget, (unsigned long long)seed);
    budget <<= 20;
    for (int i = 0; i < sharedSlots; i++) atomic_flag_clear(&shared[i].busy);
    pthread_key_create(&lateKey, late);
    signal(SIGALRM, stalled);
    alarm(stallSeconds);
    for (int i = 0; i < threads; i++) start(i);

    static double samples[maximumSamples];
    int sampleCount = 0;
    uint64_t before = 0;
    double begin = now(), nextSample = begin + 0.5, nextLine = begin + 10;
    while (now() - begin < seconds) {
        usleep(5000);
        uint64_t operations = 0;
        for (int i = 0; i < threads; i++) {
            operations += workers[i].operations;
            if (workers[i].ended) { pthread_join(workers[i].thread, NULL); start(i); }
        }
        if (operations != before) alarm(stallSeconds);
        before = operations;
        if (now() >= nextSample && sampleCount < maximumSamples) { samples[sampleCount++] = residentMiB(); nextSample += 0.5; }
        if (now() >= nextLine || now() - begin >= seconds) {
            say("%5.0f s: %llu operations, %llu MiB in %llu blocks, RSS %.0f MiB, %llu threads born, %llu forks", now() - begin,
                (unsigned long long)operations, (unsigned long long)(liveBytes >> 20), (unsigned long long)liveBlocks, residentMiB(),
                (unsigned long long)births, (unsigned long long)forks);
            nextLine += 10;
        }
    }
    stopping = 1;
    for (int i = 0; i < threads; i++) pthread_join(workers[i].thread, NULL);
    random64State = seed;
    for (int i = 0; i < sharedSlots; i++) if (shared[i].block) release(&shared[i], "at the end");
    if (liveBlocks || liveBytes) fail("%llu blocks are not accounted for", (unsigned long long)liveBlocks);
    malloc_trim(0);
    say("all blocks verified and freed; RSS after malloc_trim(0): %.0f MiB", residentMiB());

    // Growth: the mean of the last third against that of the first, after a warm-up of a tenth.
    int warm = sampleCount / 10, third = (sampleCount - warm) / 3;
    double first = 0, last = 0;
    for (int i = 0; i < third; i++) { first += samples[warm + i] / third; last += samples[sampleCount - 1 - i] / third; }
    say("mean RSS: first third %.1f MiB, last third %.1f MiB", first, last);
    if (third > 0 && last > first * 1.15 + 16) fail("resident memory grew by %.1f MiB", last - first);
    say("soak passed: %llu operations, %llu threads, %llu forks", (unsigned long long)before, (unsigned long long)births, (unsigned long long)forks);
    return 0;
}
