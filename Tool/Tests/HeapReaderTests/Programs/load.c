// Threads that allocate and free small blocks all the time, also each other's. `counts` says how many blocks each of them holds;
// its address is the only line before "ready". Arguments: threads, blocks in all that are made before "ready" and kept.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 16, SLOTS = 20000 };

static volatile long counts[THREADS];
static void *slots[THREADS][SLOTS];
static void *volatile handed[THREADS];
static int thread_count;

static void *work(void *argument) {
  const int self = (int)(intptr_t)argument;
  uint64_t random = 88172645463325252u + (uint64_t)self;
  for (;;) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    void **slot = &slots[self][random % SLOTS];
    if (*slot) {
      void *old = *slot;
      *slot = NULL;
      if (random >> 60 == 0) {  // A neighbour frees it.
        old = __atomic_exchange_n(&handed[self], old, __ATOMIC_ACQ_REL);
        if (old) free(old), counts[self]--;
      } else {
        free(old);
        counts[self]--;
      }
      void *other = __atomic_exchange_n(&handed[(self + 1) % thread_count], NULL, __ATOMIC_ACQ_REL);
      if (other) free(other), counts[self]--;
    } else {
      *slot = malloc(16 + random / SLOTS % 400);
      counts[self]++;
    }
  }
  return NULL;
}

int main(int count, char **arguments) {
  nice(5);  // The reader shares the processors.
  thread_count = count > 1 ? atoi(arguments[1]) : 4;
  const long kept = count > 2 ? atol(arguments[2]) : 0;
  for (long index = 0; index < kept; index++) *(void *volatile *)malloc(24 + index % 24 * 16) = NULL;
  counts[0] = kept;
  printf("%#zx\n", (uintptr_t)counts);
  for (int self = 0; self < thread_count; self++) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, (void *)(intptr_t)self);
  }
  usleep(100000);
  printf("ready\n");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {}
  _exit(0);
}
