// Proves that no system call that other threads sleep in ends early because of a check.
// stderr-none
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: the library's own function is what it is about
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include "leak.h"
static int ends[2];
static volatile int over;

static void *sleepIn(void *which) {
    struct timespec long_ = {20, 0}, until;
    struct timeval limit = {20, 0};
    struct epoll_event event;
    sem_t semaphore;
    sigset_t none;
    char byte;
    int queue = epoll_create1(0);
    clock_gettime(CLOCK_REALTIME, &until), until.tv_sec += 20;
    sem_init(&semaphore, 0, 0), sigemptyset(&none), sigaddset(&none, SIGUSR2);
    arrive();
    switch ((uintptr_t)which) {
    case 0: nanosleep(&long_, NULL); break;
    case 1: poll(NULL, 0, 20000); break;
    case 2: select(0, NULL, NULL, NULL, &limit); break;
    case 3: epoll_wait(queue, &event, 1, 20000); break;
    case 4: sem_timedwait(&semaphore, &until); break;
    case 5: sigtimedwait(&none, NULL, &long_); break;
    case 6: read(ends[0], &byte, 1); break;
    case 7: pause(); break;
    }
    CHECK(over, "call %d ended early", (int)(uintptr_t)which);
    return NULL;
}

int main(void) {
    CHECK(pipe(ends) == 0, "pipe");
    for (uintptr_t i = 0; i < 8; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, sleepIn, (void *)i) == 0, "no thread");
    }
    await(8);
    usleep(50000);
    for (int i = 0; i < 20; i++) CHECK(checkLeaks() == 0, "something lost");
    usleep(50000);
    over = 1;
    _exit(0);
}
