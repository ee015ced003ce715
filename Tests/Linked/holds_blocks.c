// Holds a thousand blocks by an array of its own, tells where one of them is, and waits.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *blocks[1000];

int main(void) {
  for (int i = 0; i < 1000; i++) blocks[i] = malloc(64);
  printf("%p\n", blocks[500]);
  fflush(stdout);
  for (;;) pause();
}
