// Proves that threads take traces while others load and unload libraries, and while a function of dl_iterate_phdr(3), which holds
// the loader's lock, allocates: no two of them wait for each other.
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_SUPPRESSIONS=/dev/null
// needs: so plugin_one.c
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include "debug.h"

enum { THREADS = 5, MILLISECONDS = 2500, PATIENCE = 8000 };
static atomic_int isOver, ended;

// 256 functions that call each other: more return addresses than libunwind remembers, asked for anew after each unload.
typedef void Function(unsigned way, int depth);
static Function *functions[256];
#define ONE(name) \
    static NOINLINE void name(unsigned way, int depth) { \
        if (depth > 0) functions[way % 256](way * 1103515245 + 12345, depth - 1); \
        free(hide(malloc(100))); \
    }
#define FOUR(m, name) m(name##0) m(name##1) m(name##2) m(name##3)
#define SIXTEEN(m, name) FOUR(m, name##0) FOUR(m, name##1) FOUR(m, name##2) FOUR(m, name##3)
#define ALL(m, name) SIXTEEN(m, name##0) SIXTEEN(m, name##1) SIXTEEN(m, name##2) SIXTEEN(m, name##3) \
    SIXTEEN(m, name##4) SIXTEEN(m, name##5) SIXTEEN(m, name##6) SIXTEEN(m, name##7) \
    SIXTEEN(m, name##8) SIXTEEN(m, name##9) SIXTEEN(m, name##a) SIXTEEN(m, name##b) \
    SIXTEEN(m, name##c) SIXTEEN(m, name##d) SIXTEEN(m, name##e) SIXTEEN(m, name##f)
#define NAME_OF(name) name,
ALL(ONE, f)
static Function *functions[256] = {ALL(NAME_OF, f)};

static void allocates(int depth) {
    static _Thread_local unsigned way;
    way = way * 1103515245 + (unsigned)gettid();
    functions[way / 65536 % 256](way / 256, depth);
}

static int inLoader(struct dl_phdr_info *module, size_t size, void *argument) {
    allocates(8);
    return module == NULL && size == 0 && argument == NULL;
}

static void *loads(void *argument) {
    char path[4096];
    snprintf(path, sizeof path, "%s/plugin_one.so", getenv("PROGRAM_LIBRARIES"));
    while (!isOver) {
        void *library = dlopen(path, RTLD_NOW);
        CHECK(library, "%s", dlerror());
        dlclose(library);
    }
    ended++;
    return argument;
}

static void *iterates(void *argument) {
    while (!isOver) dl_iterate_phdr(inLoader, argument);
    ended++;
    return argument;
}

static void *inThread(void *argument) {
    allocates(8);
    dl_iterate_phdr(inLoader, argument);
    return argument;
}

static void *makesThreads(void *argument) {
    while (!isOver) {
        pthread_t threads[4];
        for (int i = 0; i < 4; i++) CHECK(!pthread_create(&threads[i], NULL, inThread, argument), "no thread");
        for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    }
    ended++;
    return argument;
}

int main(void) {
    void *(*const bodies[THREADS])(void *) = {loads, iterates, iterates, makesThreads, makesThreads};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) CHECK(!pthread_create(&threads[i], NULL, bodies[i], NULL), "no thread");
    usleep(MILLISECONDS * 1000);
    isOver = 1;
    for (int i = 0; ended < THREADS && i < PATIENCE; i++) usleep(1000);
    // Not by exit(3) nor the library's _exit: they need the loader, too.
    if (ended < THREADS) write(2, "threads wait for ever\n", 22), syscall(SYS_exit_group, 1);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return 0;
}
