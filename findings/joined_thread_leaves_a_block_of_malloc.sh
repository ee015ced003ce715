#!/usr/bin/env bash
# glibc 2.36: pthread_create takes memory from malloc of the thread that calls it (the vector of thread-local blocks), and pthread_join
# gives none of it back: it stays with the thread's stack, which is kept for a later thread. That one takes nothing more. A
# program that lets malloc take from an arena while it starts a thread, and ends the arena when the thread has ended, leaves
# the C library with memory that is gone.
. "$(dirname "$0")/packages.sh"
take libc6=2.36-9+deb12u14
cat >join.c <<'C'
#include <pthread.h>
#include <stdio.h>
#include <stddef.h>
extern void *__libc_calloc(size_t, size_t);
extern void __libc_free(void *);
static void *given[16];
static int count, frees;
void *calloc(size_t number, size_t size) {
  void *block = __libc_calloc(number, size);
  if (count < 16) given[count++] = block;
  return block;
}
void free(void *block) {
  for (int i = 0; i < count; i++) frees += block && given[i] == block;
  __libc_free(block);
}
static void *nothing(void *unused) { return unused; }
static void one(const char *which) {
  pthread_t thread;
  int before = count;
  frees = 0;
  pthread_create(&thread, NULL, nothing, NULL);
  pthread_join(thread, NULL);
  printf("%s: %d taken, %d given back\n", which, count - before, frees);
}
int main(void) {
  count = 0;
  one("first");
  one("second");
}
C
gcc -O1 -fno-builtin join.c -o join -pthread
root/lib64/ld-linux-x86-64.so.2 --library-path "$libraries" ./join >seen
equal "glibc 2.36, blocks of malloc by pthread_create and pthread_join, the first thread" "1 taken, 0 given back" \
  "$(sed -n 's/^first: //p' seen)"
equal "and the second" "0 taken, 0 given back" "$(sed -n 's/^second: //p' seen)"
