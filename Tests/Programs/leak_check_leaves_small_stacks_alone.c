// A check that stops a thread on a stack of 2 KiB writes nothing into its neighbour: the thread has allocated, so it has a stack for signals.
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LEAKS=1
// stderr-none
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "check.h"

enum { NEIGHBOUR = 8192, STACK = 2048, THREADS = 3 };

size_t swiftmalloc_check_leaks(void) __attribute__((weak));
static char *rooms[THREADS];
static ucontext_t contexts[THREADS];
static atomic_int running;

static void spin(void) {
  running++;
  for (;;) {
  }
}

static void *thread(void *number) {
  ucontext_t *context = &contexts[(size_t)number];
  free(malloc(10));
  getcontext(context);
  context->uc_stack.ss_sp = rooms[(size_t)number] + NEIGHBOUR;
  context->uc_stack.ss_size = STACK;
  makecontext(context, spin, 0);
  setcontext(context);
  return NULL;
}

int main(void) {
  for (size_t number = 0; number < THREADS; number++) {
    pthread_t id;
    rooms[number] = malloc(NEIGHBOUR + STACK);
    memset(rooms[number], 'n', NEIGHBOUR);
    CHECK(pthread_create(&id, NULL, thread, (void *)number) == 0, "no thread");
  }
  while (running < THREADS) usleep(1000);
  if (!swiftmalloc_check_leaks) SKIP("there is no library to check with");
  CHECK(swiftmalloc_check_leaks() == 0, "a block is lost");
  for (size_t number = 0; number < THREADS; number++)
    for (size_t at = 0; at < NEIGHBOUR; at++) CHECK(rooms[number][at] == 'n', "byte %zu of the neighbour is changed", at);
  _exit(0);
}
