// Proves that each function of ours may be the first that a process calls: without options nothing has made the heap by then.
// Under DEBUG and LIVE the heap is there from the load on.
// expect: exit 0
// also: DEBUG=1 LIVE=1
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "../../CShims/include/swiftmalloc.h"
#pragma weak malloc_iterate
#pragma weak malloc_disable
#pragma weak malloc_enable
#pragma weak swiftmalloc_describe
#pragma weak swiftmalloc_check
#pragma weak swiftmalloc_statistics
#pragma weak swiftmalloc_live_reset
#pragma weak swiftmalloc_heap_new
#pragma weak swiftmalloc_heap_malloc
#pragma weak swiftmalloc_heap_destroy
#pragma weak swiftmalloc_check_leaks
static char room[4096];

static void forget(uintptr_t base, size_t size, void *argument) { (void)base, (void)size, (void)argument; }
static void *in_thread(void *block) { return free(block), malloc(20); }

static void by_malloc(void) { CHECK(malloc(10), "no block"); }
static void by_free(void) { free(NULL); }
static void by_calloc(void) { CHECK(((char *)calloc(3, 100000))[299999] == 0, "not zero"); }
static void by_realloc(void) { CHECK(realloc(NULL, 70000), "no block"); }
static void by_aligned_alloc(void) { CHECK((uintptr_t)aligned_alloc(4096, 8192) % 4096 == 0, "not aligned"); }
static void by_posix_memalign(void) {
    void *block = NULL;
    CHECK(posix_memalign(&block, 64, 1 << 20) == 0 && (uintptr_t)block % 64 == 0, "%p", block);
}
static void by_usable_size(void) { CHECK(malloc_usable_size(NULL) == 0, "a size"); }
static void by_trim(void) { malloc_trim(0); }
static void by_mallinfo(void) { CHECK(mallinfo2().uordblks < 1 << 20, "%zu bytes", mallinfo2().uordblks); }
static void by_mallopt(void) { CHECK(mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1, "refused"); }
static void by_iterate(void) {
    CHECK(malloc_iterate(0, SIZE_MAX, forget, NULL) == 0, "refused");
}
static void by_disable(void) { malloc_disable(), malloc_enable(); }
static void by_describe(void) { swiftmalloc_describe(room); }
static void by_check(void) { CHECK(swiftmalloc_check() == 0, "errors"); }
static void by_statistics(void) {
    struct swiftmalloc_statistics_lines lines;
    CHECK(swiftmalloc_statistics(&lines), "no numbers");
}
static void by_reset(void) { swiftmalloc_live_reset(); }
static void by_heap(void) {
    swiftmalloc_heap *heap = swiftmalloc_heap_new(NULL);
    CHECK(heap && swiftmalloc_heap_malloc(heap, 100), "no heap");
    swiftmalloc_heap_destroy(heap);
}
static void by_leak_check(void) { swiftmalloc_check_leaks(); }
static void by_fork(void) {
    pid_t child = fork();
    if (child == 0) _exit(malloc(100) == NULL);
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0, "the child's child ended with %x", status);
    CHECK(malloc(100), "no block");
}
static void by_thread(void) {
    pthread_t thread;
    void *block = NULL;
    CHECK(pthread_create(&thread, NULL, in_thread, NULL) == 0 && pthread_join(thread, &block) == 0, "no thread");
    free(block);
}

static void in_handler(int number) { (void)number, free(malloc(100)); }
static void by_handler_on_small_stack(void) {
    static char stack[32768];
    const size_t frame = getauxval(AT_MINSIGSTKSZ), size = (frame ? frame : 3632) + 4560;
    CHECK(size <= sizeof stack, "%zu bytes", size);
    const stack_t small = {.ss_sp = stack + sizeof stack - size, .ss_size = size};
    struct sigaction action = {.sa_handler = in_handler, .sa_flags = SA_ONSTACK};
    CHECK(sigaltstack(&small, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0, "no handler");
    memset(stack, 7, sizeof stack - size);
    raise(SIGUSR1);
    for (size_t index = 0; index < sizeof stack - size; index++) CHECK(stack[index] == 7, "byte %zu below the stack", index);
}

int main(void) {
    static void (*const calls[])(void) = {
        by_malloc,  by_free,    by_calloc,  by_realloc,  by_aligned_alloc, by_posix_memalign, by_usable_size,
        by_trim,    by_mallinfo, by_mallopt, by_iterate, by_disable,       by_describe,       by_check,
        by_statistics, by_reset, by_heap,   by_leak_check, by_fork,        by_thread,
        by_handler_on_small_stack,
    };
    // A child by the bare call: no handler of fork makes the heap.
    for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) {
        pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (child == 0) {
            alarm(60);
            // The debug heap's first call of a thread takes more of a stack.
            if (calls[index] != by_handler_on_small_stack || !getenv("SWIFTMALLOC_DEBUG")) calls[index]();
            free(malloc(100));
            _exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0, "call %zu ended with %x", index, status);
    }
    _exit(0);
}
