#!/usr/bin/env bash
# libunwind 1.6.2: the first step up the stack opens a pipe that stays open for good: two descriptors of a process that only asked
# who called. Each page of the stack is tried by writing a byte of it to the pipe. A program that closes all
# descriptors, as daemons do, and opens files then has them written to.
. "$(dirname "$0")/packages.sh"
take libunwind8=1.6.2-3 libunwind-dev=1.6.2-3
cat >step.c <<'C'
#define UNW_LOCAL_ONLY
#include <libunwind.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int pipes(void) {
  int count = 0;
  for (int number = 3; number < 64; number++) {
    char path[64], target[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", number);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length > 0 && !strncmp(target, "pipe:", 5)) count++;
  }
  return count;
}
int main(void) {
  int before = pipes();
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  while (unw_step(&cursor) > 0) {}
  printf("%d\n", pipes() - before);
  return 0;
}
C
gcc -Iroot/usr/include -Iroot/usr/include/x86_64-linux-gnu step.c -o step root/usr/lib/x86_64-linux-gnu/libunwind.so.8
equal "libunwind 1.6.2, ends of pipes that stay open" 2 "$(LD_LIBRARY_PATH=$libraries ./step)"
