// The cost of a guarded block under DEBUG=guard: blocks of 64 bytes are allocated, all of them, and freed, again and again. Prints
// nanoseconds of processor time for a block's life.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double processor_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  const int blocks = count > 1 ? atoi(arguments[1]) : 10000, rounds = count > 2 ? atoi(arguments[2]) : 5;
  char **held = calloc((size_t)blocks, sizeof *held);
  if (!held) return 1;
  const double start = processor_seconds();
  for (int round = 0; round < rounds; round++) {
    for (int number = 0; number < blocks; number++) {
      held[number] = malloc(64);
      if (!held[number]) return 1;
      held[number][0] = held[number][63] = 1;
    }
    for (int number = 0; number < blocks; number++) free(held[number]);
  }
  printf("%.0f\n", (processor_seconds() - start) / blocks / rounds * 1e9);
  return 0;
}
