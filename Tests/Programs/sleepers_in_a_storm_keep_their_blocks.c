// Proves that pages are taken from sleeping threads without harm: threads that allocate, free each other's blocks, sleep and wake
// at random, take signals whose handlers allocate, fork and end, while two threads call malloc_trim(0) all the time.
// expect: exit 0
// stderr-none
// production-only: nobody takes anything from a sleeping thread there
// timeout: 40
// env: SWIFTMALLOC_PURGE_DELAY=20
// env: SWIFTMALLOC_PURGE_DELAY=20 SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_PURGE_DELAY=0
// env-all: SWIFTMALLOC_PURGE_DELAY=-1
// arguments: SECONDS=3
// arguments-all: SECONDS=30
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(int, SECONDS)
enum { workers = 12, slots = 4096, held = 600 };

static _Atomic(size_t *) shared[slots];
static _Atomic(size_t *) handled[workers];
static pthread_t threads[workers];
static atomic_int ends, running[workers];
static _Thread_local int number = -1;

static uint64_t next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

// The first word has the length, and the last one is made of both the length and the address.
static size_t *make(uint64_t *state) {
    size_t size = 16 + next(state) % (next(state) % 16 ? 1000 : next(state) % 16 ? 16000 : 200000);
    size_t *block = malloc(size);
    CHECK(block, "no memory");
    size_t last = size / 8 - 1;
    block[0] = size;
    if (last > 0) block[last] = size ^ (size_t)block;
    return block;
}

static void end(size_t *block) {
    if (!block) return;
    size_t size = block[0], last = size / 8 - 1;
    CHECK(size >= 16 && size <= 200016, "%p has length %zu", (void *)block, size);
    CHECK(last == 0 || block[last] == (size ^ (size_t)block), "the end of %p, of %zu bytes", (void *)block, size);
    free(block);
}

static void handle(int unused) {
    static _Thread_local uint64_t state = 7;
    (void)unused;
    if (number >= 0) end(atomic_exchange(&handled[number], make(&state)));
    end(make(&state));
}

static void forkOnce(uint64_t *state) {
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 300; i++) end(atomic_exchange(&shared[next(state) % slots], make(state)));
        malloc_trim(0);
        _exit(0);
    }
    int status = 0;
    CHECK(child > 0, "no fork");
    while (waitpid(child, &status, 0) != child) CHECK(errno == EINTR, "no child");
    CHECK(status == 0, "the child ends with %x", status);
}

static void *work(void *argument) {
    uint64_t state = (uintptr_t)argument * 77 + (uint64_t)(seconds() * 1000);
    size_t *own[held] = {0};
    number = (int)(uintptr_t)argument;
    atomic_store(&running[number], 1);
    for (int rounds = (int)(next(&state) % 400) + 20; rounds > 0 && !atomic_load(&ends); rounds--) {
        for (int i = (int)(next(&state) % 2000); i > 0; i--) {
            size_t **place = &own[next(&state) % held];
            end(*place);
            *place = next(&state) % 3 ? make(&state) : NULL;
            end(atomic_exchange(&shared[next(&state) % slots], next(&state) % 2 ? make(&state) : NULL));
        }
        if (next(&state) % 4 == 0)
            for (int i = 0; i < held; i++)
                if (i % 8) end(own[i]), own[i] = NULL;
        uint64_t rest = next(&state) % 8;
        if (rest > 2) usleep((useconds_t)(next(&state) % (rest == 7 ? 100000 : 3000)));
        if (next(&state) % 200 == 0) forkOnce(&state);
    }
    for (int i = 0; i < held; i++) end(own[i]);
    atomic_store(&running[number], 2);
    return NULL;
}

static void *trim(void *unused) {
    while (!atomic_load(&ends)) malloc_trim(0);
    return unused;
}

int main(void) {
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    uint64_t state = 1;
    pthread_t trimmers[2];
    sigaction(SIGUSR1, &action, NULL);
    for (uintptr_t i = 0; i < workers; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)i), "no thread");
    for (int i = 0; i < 2; i++) CHECK(!pthread_create(&trimmers[i], NULL, trim, NULL), "no thread");
    for (double began = seconds(); seconds() - began < SECONDS;) {
        uintptr_t i = next(&state) % workers;
        usleep(200);
        // Nobody else joins it, so that it is there.
        if (atomic_load(&running[i]) == 1) pthread_kill(threads[i], SIGUSR1);
        if (atomic_load(&running[i]) != 2) continue;
        pthread_join(threads[i], NULL);
        atomic_store(&running[i], 0);
        CHECK(!pthread_create(&threads[i], NULL, work, (void *)i), "no thread");
    }
    atomic_store(&ends, 1);
    for (int i = 0; i < workers; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) pthread_join(trimmers[i], NULL);
    return 0;
}
