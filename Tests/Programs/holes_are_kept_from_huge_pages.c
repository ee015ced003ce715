// Proves that the system is told to make no huge pages of memory with holes when a process is idle, or while the burst of its only thread
// is freed: it would fill them again; and that this is over for what has no holes when the program is at work again.
// env: SWIFTMALLOC_HUGE_PAGES=auto
// env: SWIFTMALLOC_HUGE_PAGES=always
// arguments: THREADS=0 THREADS=1
// production-only: the debug heap keeps freed blocks
#include "check.h"
#include <pthread.h>
ARGUMENT(int, THREADS)

enum { COUNT = 150000, SIZE = 1000 };
static char *blocks[COUNT];

static void *sleeper(void *unused) {
    free(hide(malloc(100)));
    pause();
    return unused;
}

static void burst(void) {
    for (int i = 0; i < COUNT; i++)
        if (!blocks[i]) fill(blocks[i] = malloc(SIZE), SIZE, 1);
}

// Bytes of blocks in mappings of which the system may make huge pages, or may not. Allocates nothing: the process stays idle.
static void count(size_t *may, size_t *mayNot) {
    static char text[1 << 22];
    size_t length = 0, here = 0;
    uintptr_t start = 0, end = 0;
    int file = open("/proc/self/smaps", O_RDONLY);
    for (ssize_t got; (got = read(file, text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
    close(file);
    text[length] = 0;
    *may = *mayNot = 0;
    for (char *line = text, *next; (next = strchr(line, '\n')); line = next + 1) {
        *next = 0;
        char *rest;
        uintptr_t first = strtoul(line, &rest, 16);
        if (rest > line + 6 && *rest == '-') {
            start = first, end = strtoul(rest + 1, NULL, 16), here = 0;
            for (int i = 0; i < COUNT; i++) here += (uintptr_t)blocks[i] - start < end - start;
        } else if (!strncmp(line, "VmFlags:", 8)) {
            *(strstr(line, " nh") ? mayNot : may) += here * SIZE;
        }
    }
}

int main(void) {
    pthread_t thread;
    if (THREADS) CHECK(!pthread_create(&thread, NULL, sleeper, NULL), "no thread");
    usleep(20000);
    size_t may, mayNot;
    burst();
    count(&may, &mayNot);
    CHECK(mayNot == 0, "%zu bytes may not", mayNot);
    for (int i = 0; i < COUNT; i++)
        if (i % 20) free(blocks[i]), blocks[i] = NULL;
    if (THREADS) sleep(2);
    count(&may, &mayNot);
    CHECK(may == 0 && mayNot > 0, "%zu bytes may", may);
    for (int i = 0; i < COUNT; i++) free(blocks[i]), blocks[i] = NULL;
    if (THREADS) sleep(2);
    // The program is at work again.
    for (int i = 0; i < COUNT / 4; i++) fill(blocks[i] = malloc(SIZE), SIZE, 1);
    if (THREADS) usleep(700000);
    free(hide(malloc(40000)));
    burst();
    count(&may, &mayNot);
    CHECK(may > mayNot, "%zu bytes may, %zu may not", may, mayNot);
    return 0;
}
