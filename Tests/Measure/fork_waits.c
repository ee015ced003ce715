// How long fork waits for the heap's locks while 300 MB of freed memory go back to the system by themselves. Prints, in microseconds,
// the median, the 99th percentile and the longest wait: before anything is freed, and in the three seconds after.
//
//   gcc -O1 -fno-builtin -pthread -o fork_waits fork_waits.c; LD_PRELOAD=… ./fork_waits [KEEP [THREADS [SIZE]]]
//
// Every KEEPth block of SIZE bytes stays (20 and 1000; 0: none). THREADS (1) sleep that have a part of the blocks each.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { bytes = 300000000, most = 100000 };
static long waits[most], asked, locked;
static size_t keep = 20, size = 1000, count;
static int threads = 1;
static char **blocks;
static pthread_barrier_t filled, freed;

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void noteLocked(void) { locked = now(); }

// The heap's handlers are registered at its first call. Those of before run when it has its locks.
static void registerFirst(void) { pthread_atfork(noteLocked, NULL, NULL); }
__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = registerFirst;

static int compare(const void *left, const void *right) {
  long difference = *(const long *)left - *(const long *)right;
  return difference < 0 ? -1 : difference > 0;
}

static void forks(const char *when, double length) {
  size_t done = 0;
  long end = now() + (long)(length * 1e9);
  while (now() < end && done < most) {
    asked = now();
    pid_t child = fork();
    if (child == 0) _exit(0);
    waits[done++] = locked - asked;
    waitpid(child, NULL, 0);
  }
  qsort(waits, done, sizeof *waits, compare);
  printf("%s: median %ld, 99 %% %ld, longest %ld us; %zu forks\n", when, waits[done / 2] / 1000, waits[done * 99 / 100] / 1000,
         waits[done - 1] / 1000, done);
}

static void *work(void *argument) {
  size_t begin = (size_t)argument * count / threads, end = ((size_t)argument + 1) * count / threads;
  for (size_t index = begin; index < end; index++) memset(blocks[index] = malloc(size), 1, size);
  pthread_barrier_wait(&filled);
  pthread_barrier_wait(&filled);
  for (size_t index = begin; index < end; index++)
    if (keep == 0 || index % keep) free(blocks[index]);
  pthread_barrier_wait(&freed);
  pause();
  return argument;
}

int main(int argumentCount, char **arguments) {
  if (argumentCount > 1) keep = strtoul(arguments[1], NULL, 10);
  if (argumentCount > 2) threads = atoi(arguments[2]);
  if (argumentCount > 3) size = strtoul(arguments[3], NULL, 10);
  count = bytes / size;
  blocks = malloc(count * sizeof *blocks);
  pthread_barrier_init(&filled, NULL, (unsigned)threads + 1);
  pthread_barrier_init(&freed, NULL, (unsigned)threads + 1);
  for (size_t index = 0; index < (size_t)threads; index++) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, (void *)index);
  }
  pthread_barrier_wait(&filled);
  forks("before", 0.5);
  pthread_barrier_wait(&filled);
  pthread_barrier_wait(&freed);
  forks("after", 3);
  return 0;
}
