// Proves that a system call that other threads sleep in goes on after a check, if any call of its kind goes on after a signal's
// handler with SA_RESTART (signal(7)): reads, locks, semaphores, conditions, waits for children.
// stderr-none
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: the library's own function is what it is about
#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/wait.h>
#include "leak.h"
static int ends[2], file;
static pid_t child;
static volatile int over;

static void *sleepIn(void *which) {
    struct timespec until;
    sem_t semaphore;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    char byte;
    uint64_t count;
    int events = eventfd(0, 0);
    clock_gettime(CLOCK_REALTIME, &until), until.tv_sec += 20;
    sem_init(&semaphore, 0, 0);
    if ((uintptr_t)which >= 4) pthread_mutex_lock(&mutex);
    arrive();
    switch ((uintptr_t)which) {
    case 0: read(ends[0], &byte, 1); break;
    case 1: sem_wait(&semaphore); break;
    case 2: read(events, &count, 8); break;
    case 3: waitpid(child, NULL, 0); break;
    case 4: pthread_mutex_lock(&mutex); break;
    case 5: pthread_cond_timedwait(&condition, &mutex, &until); break;
    case 6: flock(file, LOCK_EX); break;
    }
    CHECK(over, "call %d ended early", (int)(uintptr_t)which);
    return NULL;
}

int main(void) {
    CHECK(pipe(ends) == 0, "pipe");
    CHECK(flock(open("/proc/self/exe", O_RDONLY), LOCK_EX) == 0, "flock");
    file = open("/proc/self/exe", O_RDONLY);
    child = fork();
    if (child == 0) _exit(sleep(20) != 0);
    for (uintptr_t i = 0; i < 7; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, sleepIn, (void *)i) == 0, "no thread");
    }
    await(7);
    usleep(50000);
    for (int i = 0; i < 20; i++) CHECK(checkLeaks() == 0, "something lost");
    usleep(50000);
    over = 1;
    kill(child, SIGKILL);
    _exit(0);
}
