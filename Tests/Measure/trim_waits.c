// How long calls of malloc and free take while other threads call malloc_trim(0) all the time. Prints, in nanoseconds, the median, the
// 99th and the 99.9th percentile, and the longest; and how many calls and trims there were.
//
//   gcc -O1 -fno-builtin -pthread -o trim_waits trim_waits.c; LD_PRELOAD=… ./trim_waits [SECONDS [WORKERS [TRIMMERS]]]
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { buckets = 4096, blocks = 20000 };
static atomic_long counts[buckets], longest, trims;
static atomic_int ends;

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

// Sixteen buckets for each power of two.
static int bucketOf(long value) {
  if (value < 16) return (int)value;
  int power = 63 - __builtin_clzl((unsigned long)value);
  return power * 16 + (int)(value >> (power - 4) & 15);
}

static long valueOf(int bucket) { return bucket < 64 ? bucket : (16L + bucket % 16) << (bucket / 16 - 4); }

static void note(long nanoseconds) {
  atomic_fetch_add_explicit(&counts[bucketOf(nanoseconds)], 1, memory_order_relaxed);
  long most = atomic_load(&longest);
  while (nanoseconds > most && !atomic_compare_exchange_weak(&longest, &most, nanoseconds)) {}
}

static void *work(void *argument) {
  uint64_t state = (uintptr_t)argument + 1;
  char **own = calloc(blocks, sizeof *own);
  while (!atomic_load_explicit(&ends, memory_order_relaxed)) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    size_t index = (state >> 33) % blocks, size = 16 + (state >> 20) % 2000;
    long began = now();
    free(own[index]);
    own[index] = malloc(size);
    note(now() - began);
    memset(own[index], 1, size);
  }
  return NULL;
}

static void *trim(void *argument) {
  while (!atomic_load(&ends)) {
    malloc_trim(0);
    atomic_fetch_add(&trims, 1);
  }
  return argument;
}

static long percentile(double share, long total) {
  long sum = 0;
  for (int bucket = 0; bucket < buckets; bucket++)
    if ((sum += counts[bucket]) >= share * total) return valueOf(bucket);
  return longest;
}

int main(int count, char **arguments) {
  int length = count > 1 ? atoi(arguments[1]) : 10, workers = count > 2 ? atoi(arguments[2]) : 4;
  int trimmers = count > 3 ? atoi(arguments[3]) : 8;
  pthread_t threads[workers + trimmers];
  for (intptr_t index = 0; index < workers + trimmers; index++)
    pthread_create(&threads[index], NULL, index < workers ? work : trim, (void *)index);
  nanosleep(&(struct timespec){length, 0}, NULL);
  atomic_store(&ends, 1);
  for (int index = 0; index < workers + trimmers; index++) pthread_join(threads[index], NULL);
  long total = 0;
  for (int bucket = 0; bucket < buckets; bucket++) total += counts[bucket];
  printf("median %ld, 99 %% %ld, 99.9 %% %ld, longest %ld ns; %ld calls, %ld trims\n", percentile(0.5, total), percentile(0.99, total),
         percentile(0.999, total), longest, total, trims);
  return 0;
}
