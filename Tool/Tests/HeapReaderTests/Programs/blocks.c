// Holds blocks of all kinds, which it lists on standard output: a line "address size" for each, "ready" at the end. It ends with
// its standard input.
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 4, EACH = 3000 };

static void tell(const void *block) { printf("%#zx %zu\n", (uintptr_t)block, malloc_usable_size((void *)block)); }

static pthread_barrier_t made, freed, end;
static void *blocks[THREADS][EACH];
static char *pool[THREADS];

static size_t size_of(int index) {
  static const size_t sizes[] = {1, 24, 100, 200, 500, 1024, 3000, 9000, 32768};
  return sizes[index % 9];
}

// Allocates, frees every third block itself, and of its neighbour's every fifth: those wait in its cache or go back.
static void *work(void *argument) {
  int self = (int)(intptr_t)argument;
  for (int index = 0; index < EACH; index++) blocks[self][index] = malloc(size_of(index));
  for (int index = 0; index < EACH; index += 3) {
    free(blocks[self][index]);
    blocks[self][index] = NULL;
  }
  pthread_barrier_wait(&made);
  void **others = blocks[(self + 1) % THREADS];
  for (int index = 0; index < EACH; index += 5) {
    free(others[index]);
    others[index] = NULL;
  }
  pthread_barrier_wait(&freed);
  if (self == 0) return NULL;  // An ended thread's blocks.
  pthread_barrier_wait(&end);
  return NULL;
}

int main(int count, char **arguments) {
  (void)count, (void)arguments;
  setvbuf(stdout, malloc(1 << 16), _IOFBF, 1 << 16);
  pthread_t threads[THREADS];
  pthread_barrier_init(&made, NULL, THREADS);
  pthread_barrier_init(&freed, NULL, THREADS + 1);
  pthread_barrier_init(&end, NULL, THREADS);
  for (int self = 0; self < THREADS; self++) pthread_create(&threads[self], NULL, work, (void *)(intptr_t)self);
  pthread_barrier_wait(&freed);
  pthread_join(threads[0], NULL);
  static const size_t longer[] = {40000, 100000, 1 << 20, 4 << 20, 5 << 20, 70 << 20};
  static void *others[12];
  for (int index = 0; index < 6; index++) others[index] = malloc(longer[index]);
  others[6] = aligned_alloc(4096, 8192);
  others[7] = aligned_alloc(1 << 20, 3 << 20);
  others[8] = realloc(malloc(5 << 20), 9 << 20);
  others[9] = calloc(1, 300000);
  others[10] = malloc(600 << 20);
  free(malloc(6 << 20));
  others[11] = realloc(malloc(700 << 20), 800 << 20);
  for (int self = 0; self < THREADS; self++)
    for (int index = 0; index < EACH; index++)
      if (blocks[self][index]) tell(blocks[self][index]);
  for (int index = 0; index < 12; index++) tell(others[index]);
  printf("ready\n");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {}
  _exit(0);
}
