// Proves that another process can let this one give memory back, as swiftmallocctl trim does: at once where there is a helper
// thread, at the next slow call otherwise; that it is told how much went back, and that a second wish is answered, too.
// arguments: THREADS=0 THREADS=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_PURGE_DELAY=60000
// expect: exit 0
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "live_file.h"
ARGUMENT(int, THREADS)

enum { COUNT = 3000, SIZE = 10000 };
static char *blocks[COUNT];

static void *work(void *unused) {
    for (size_t size = 16; size < 30000; size += 100) free(hide(malloc(size)));
    pause();
    return unused;
}

// What the tool does, from a process of its own; the bytes that went back.
static uint64_t ask(pid_t process, uint64_t number) {
    int file = open(pathOf(process), O_RDWR | O_CLOEXEC);
    if (file < 0) _exit(77);
    struct swiftmalloc_live_header *header = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(header != MAP_FAILED, "no mapping");
    CHECK(header->trim_state == (THREADS ? SWIFTMALLOC_LIVE_TRIM_AT_ONCE : SWIFTMALLOC_LIVE_TRIM_AT_NEXT_CALL), "%d", header->trim_state);
    header->trim_wanted = number;
    for (int i = 0; i < 500 && header->trim_done < number; i++) {
        syscall(SYS_futex, &header->trim_alarm, FUTEX_WAKE, 1, NULL, NULL, 0);
        usleep(10000);
    }
    CHECK(header->trim_done == number, "no answer to %d", (int)number);
    return header->trim_bytes;
}

int main(void) {
    pthread_t thread;
    pid_t own = getpid();
    CHECK(countersOf(own), "no file");
    if (THREADS) CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    for (int i = 0; i < COUNT; i++) memset(blocks[i] = malloc(SIZE), 1, SIZE);
    for (int i = 0; i < COUNT; i++) free(blocks[i]);
    size_t before = resident();
    pid_t asking = fork();
    if (asking == 0) {
        uint64_t first = ask(own, 1), second = ask(own, 2);
        CHECK(first > COUNT * SIZE / 2, "only %lu bytes went back", (unsigned long)first);
        CHECK(second < first / 4, "%lu bytes went back again", (unsigned long)second);
        _exit(0);
    }
    int status;
    while (waitpid(asking, &status, THREADS ? 0 : WNOHANG) == 0) {
        for (size_t size = 16; size < 30000; size += 1000) free(hide(malloc(size)));
        usleep(1000);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) SKIP("no /dev/shm");
    CHECK(status == 0, "status %d", status);
    CHECK(resident() < before - COUNT * SIZE / 2, "%zu bytes, and %zu before", resident(), before);
    return 0;
}
