// Blocks to look at; then it sleeps, or calls now and then, or sleeps with a secret that it keeps from its own user.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *blocks[1000];
static void *waits(void *unused) { return free(malloc(1000)), pause(), unused; }

int main(int count, char **words) {
  pthread_t thread;
  const char *word = count > 1 ? words[1] : "sleeps";
  if (!strcmp(word, "secret")) prctl(PR_SET_DUMPABLE, 0);
  if (!strcmp(word, "threads")) pthread_create(&thread, NULL, waits, NULL);
  for (int i = 0; i < 1000; i++) memset(blocks[i] = malloc(1024), 1, 1024);
  for (;; usleep(20000))
    if (!strcmp(word, "calls"))
      for (int i = 0; i < 200; i++) free(malloc(100000));
}
