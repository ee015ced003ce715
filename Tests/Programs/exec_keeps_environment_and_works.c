// Proves that a program that replaces itself, from a thread too, starts afresh under the library with its environment whole.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"
static char **arguments;

static void *replace(void *unused) {
    execv("/proc/self/exe", arguments);
    CHECK(0, "exec failed");
    return unused;
}

int main(int count, char **given) {
    int round = count > 1 ? atoi(given[1]) : 0;
    const char *preload = getenv("LD_PRELOAD");
    CHECK(round == 0 || strcmp(preload ? preload : "none", getenv("PRELOAD_BEFORE")) == 0, "LD_PRELOAD is %s now", preload);
    workout((uint64_t)round + 1, 2000);
    if (round == 20) return 0;
    setenv("PRELOAD_BEFORE", preload ? preload : "none", 1);
    char number[20];
    snprintf(number, sizeof number, "%d", round + 1);
    arguments = (char *[]){given[0], number, NULL};
    pthread_t thread;
    if (round % 2) replace(NULL);
    pthread_create(&thread, NULL, replace, NULL);
    pthread_join(thread, NULL);
    return 1;
}
