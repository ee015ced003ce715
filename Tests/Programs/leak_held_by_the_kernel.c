// Proves that a block is not lost to which only the kernel has a pointer that it tells: data of epoll, values of timers, the
// alternate signal stacks of threads.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 blocks?$
// report: ^  definitely lost: 1000 bytes in 1 blocks?$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// not-compared: Valgrind does not ask the kernel
#include <sys/epoll.h>
#include <time.h>
#include "leak.h"
static int polls;

HELPER void watch(void) {
    for (int i = 0; i < 300; i++) {
        int ends[2];
        CHECK(pipe(ends) == 0, "pipe");
        void **data = make(40);
        data[0] = make(24);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = data};
        CHECK(epoll_ctl(polls, EPOLL_CTL_ADD, ends[0], &event) == 0, "epoll_ctl");
    }
}

HELPER void startTimers(void) {
    for (int i = 0; i < 50; i++) {
        struct sigevent event = {.sigev_notify = i % 2 ? SIGEV_SIGNAL : SIGEV_NONE, .sigev_signo = SIGUSR1};
        timer_t timer;
        event.sigev_value.sival_ptr = make(222);
        CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0, "timer_create");
    }
}

HELPER void ownStack(void) {
    stack_t stack = {.ss_sp = make(20000), .ss_size = 20000};
    CHECK(sigaltstack(&stack, NULL) == 0, "sigaltstack");
    memset(&stack, 0, sizeof stack);
    hide(&stack);
}

static void *threadWithStack(void *nothing) {
    away(ownStack);
    arrive();
    for (;;) pause();
    return nothing;
}

int main(void) {
    polls = epoll_create1(0);
    away(watch), away(startTimers), away(ownStack);
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, threadWithStack, NULL) == 0, "no thread");
    }
    await(3);
    CHECK(checkLeaks() == 0, "something is lost");
    lose(1000);
    return 0;
}
