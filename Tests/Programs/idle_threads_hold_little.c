// Proves that a thread which had a megabyte of small blocks, and freed them all, holds little memory when it goes to sleep.
// production-only: the debug heap keeps what was freed
#include <pthread.h>
#include <stdio.h>

#include "check.h"

enum { THREADS = 100, BLOCKS = 4000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn = -1, ended;

static long residentKiB(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  CHECK(file && fscanf(file, "%*d %ld", &pages) == 1, "no statm");
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void *thread(void *number) {
  pthread_mutex_lock(&mutex);
  while (turn != (int)(size_t)number) pthread_cond_wait(&changed, &mutex);
  void *blocks[BLOCKS];
  for (int index = 0; index < BLOCKS; index++) {
    size_t size = 24 + index % 476;
    blocks[index] = malloc(size);
    memset(blocks[index], 1, size);
  }
  for (int index = 0; index < BLOCKS; index++) free(blocks[index]);
  ended++;
  pthread_cond_broadcast(&changed);
  while (turn != THREADS) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  for (size_t index = 0; index < THREADS; index++)
    CHECK(!pthread_create(&threads[index], NULL, thread, (void *)index), "no thread");
  const long before = residentKiB();
  pthread_mutex_lock(&mutex);
  for (turn = 0; turn < THREADS; turn++) {
    pthread_cond_broadcast(&changed);
    while (ended <= turn) pthread_cond_wait(&changed, &mutex);
  }
  const long grown = (residentKiB() - before) / THREADS;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
  // Most of it is the stack that the thread has touched.
  CHECK(grown < 300, "%ld KiB more a thread", grown);
  return 0;
}
