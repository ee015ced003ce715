// The heap of the whole process, with a cache for each thread: a program needs no change, nor to know of it.
// prints: 400000 blocks by 4 threads
// run: LD_PRELOAD=$library $program

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *work(void *argument) {
  for (int i = 0; i < 100000; i++) free(malloc(16 + i % 500));
  return argument;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  puts("400000 blocks by 4 threads");
  return 0;
}
