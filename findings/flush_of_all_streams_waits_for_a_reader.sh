#!/usr/bin/env bash
# glibc 2.36: fflush(NULL), and so the usual "fflush(NULL); _exit(status)", waits as long as another thread waits for input in
# fgets(stdin), although nothing of an input stream is to be written; exit(3), which flushes the same streams, does not wait.
. "$(dirname "$0")/packages.sh"
take libc6=2.36-9+deb12u14
cat >flush.c <<'C'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void *readLine(void *unused) {
  char line[10];
  (void)!fgets(line, sizeof line, stdin);
  return unused;
}
int main(int count, char **arguments) {
  pthread_t thread;
  (void)arguments;
  pthread_create(&thread, NULL, readLine, NULL);
  usleep(100000);
  printf("output\n");
  if (count == 1) exit(0);
  fflush(NULL);
  _exit(0);
}
C
gcc flush.c -o flush -pthread
run() { # "at once", or "with the input", which comes after three seconds.
  local begin=$SECONDS
  mkfifo input.$#
  (sleep 3; echo) >input.$# &
  root/lib64/ld-linux-x86-64.so.2 --library-path "$libraries" ./flush "$@" <input.$# >/dev/null
  if [ $((SECONDS - begin)) -lt 2 ]; then echo "at once"; else echo "with the input"; fi
}
equal "glibc 2.36, a thread in fgets(stdin): exit(0) ends" "at once" "$(run)"
equal "fflush(NULL) and _exit(0) end" "with the input" "$(run flush)"
