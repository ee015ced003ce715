// A process ends while its other threads fork and flush all streams: exit takes no handler of fork away that another thread needs.
// expect: exit 0
// also: DEBUG=1
// timeout: 60
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "check.h"

static void *forks(void *unused) {
  for (;;) {
    pid_t child = fork();
    if (child == 0) {
      free(malloc(999));
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  return unused;
}

static void *flushes(void *unused) {
  for (;;) {
    free(realloc(malloc(70000), 900000));
    fflush(NULL);
  }
  return unused;
}

int main(void) {
  for (int round = 0; round < 20; round++) {
    pid_t child = fork();
    if (child == 0) {
      pthread_t thread;
      for (int i = 0; i < 2; i++) {
        pthread_create(&thread, NULL, forks, NULL);
        pthread_create(&thread, NULL, flushes, NULL);
      }
      // One that waits for ever ends by this signal.
      alarm(60);
      usleep(100000);
      exit(7);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7, "round %d: it ended with %x", round, status);
  }
  return 0;
}
