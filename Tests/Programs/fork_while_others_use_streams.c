// Proves that fork waits for no stream whose holder waits for memory: threads fork, read lines, flush all streams, open
// and print, look up names, start shells. The C library's list of streams is locked by fork before its own malloc.
// expect: exit 0
// stderr-none
// env: UNUSED=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LIVE=1
// arguments: SECONDS=1
// arguments-all: SECONDS=5
// timeout: 30
// also: DEBUG=1
#include <pthread.h>
#include <pwd.h>
#include <sys/wait.h>
#include "check.h"
ARGUMENT(unsigned, SECONDS)

static volatile int stop;
static char path[64];

// Every third child uses what its parent's other threads were in the midst of.
static void *forks(void *unused) {
    for (int round = 0; !stop; round++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            if (round % 3 == 0) {
                FILE *file = fopen("/dev/null", "w");
                fprintf(file, "%100000d", round);
                free(malloc(100 + (size_t)round % 70000));
                fclose(file);
                fflush(NULL);
            }
            _exit(0);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child ended with %x", status);
    }
    return unused;
}

static void *lines(void *unused) {
    FILE *file = fopen(path, "r");
    while (!stop) {
        char *line = NULL;
        size_t room = 0;
        rewind(file);
        CHECK(getline(&line, &room, file) == 50001, "no line");
        free(line);
    }
    fclose(file);
    return unused;
}

static void *flushes(void *unused) {
    while (!stop) fflush(NULL);
    return unused;
}

static void *opens(void *unused) {
    while (!stop) {
        FILE *file = fopen("/dev/null", "w");
        for (int i = 0; i < 50; i++) fprintf(file, "%d %s\n", i, path);
        fclose(file);
        struct passwd entry, *found;
        char text[4096];
        getpwuid_r(0, &entry, text, sizeof text, &found);
    }
    return unused;
}

static void *shells(void *unused) {
    while (!stop) {
        FILE *pipe = popen(":", "r");
        CHECK(pipe && pclose(pipe) == 0, "no shell");
    }
    return unused;
}

int main(void) {
    snprintf(path, sizeof path, "/tmp/fork_while_others_use_streams.%d", getpid());
    FILE *file = fopen(path, "w");
    fprintf(file, "%050000d\n", 0);
    fclose(file);
    void *(*work[])(void *) = {forks, forks, forks, lines, lines, lines, lines, lines, flushes, opens, opens, shells};
    enum { THREADS = sizeof work / sizeof *work };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work[i], NULL);
    sleep(SECONDS);
    stop = 1;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    unlink(path);
    return 0;
}
