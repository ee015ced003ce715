// The launcher: starts a command again and again under each of several preloaded libraries in turn, and prints what it
// cost. Small and linked statically, because a child's ru_maxrss starts at the peak of the process that spawned it.
//
//   launch [--rounds N] [--tsv] [--preload PATH|none]… -- COMMAND [ARGUMENTS…]
//
// One line for each library, in the order given:
//   PATH  wall: median mean  cpu (user + system): median mean  (microseconds)  peak RSS: median largest (KiB)
// The order rotates from round to round, so that no library always runs first. The command's output goes to /dev/null.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { maximumLibraries = 12, maximumRounds = 2000, maximumVariables = 400 };
enum { wall, cpu, rss, kinds };
static float samples[maximumLibraries][kinds][maximumRounds];
static char *variables[maximumVariables + 2];
extern char **environ;

static int ascending(const void *a, const void *b) { return (*(const float *)a > *(const float *)b) - (*(const float *)a < *(const float *)b); }
static double microseconds(struct timeval t) { return (double)t.tv_sec * 1e6 + (double)t.tv_usec; }

static void run(char **command, const char *library, int number, int round, posix_spawn_file_actions_t *actions) {
    static char preload[4096];
    int count = 0;
    for (char **variable = environ; *variable && count < maximumVariables; variable++)
        if (strncmp(*variable, "LD_PRELOAD=", 11)) variables[count++] = *variable;
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", library);
    if (strcmp(library, "none")) variables[count++] = preload;
    variables[count] = NULL;

    struct timespec begin, end;
    struct rusage usage;
    pid_t child;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (posix_spawnp(&child, command[0], actions, NULL, command, variables)) { perror(command[0]); exit(2); }
    if (wait4(child, &status, 0, &usage) < 0) { perror("wait4"); exit(2); }
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (status) {
        fprintf(stderr, "launch: %s under %s ended with %s %d\n", command[0], library, WIFSIGNALED(status) ? "signal" : "status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        exit(1);
    }
    samples[number][wall][round] = (float)((double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) / 1e3);
    samples[number][cpu][round] = (float)(microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
    samples[number][rss][round] = (float)usage.ru_maxrss;
}

int main(int count, char **arguments) {
    const char *libraries[maximumLibraries];
    int libraryCount = 0, rounds = 1, tabs = 0, i = 1;
    for (; i < count && strcmp(arguments[i], "--"); i++) {
        if (!strcmp(arguments[i], "--tsv")) tabs = 1;
        else if (!strcmp(arguments[i], "--rounds") && i + 1 < count) rounds = atoi(arguments[++i]);
        else if (!strcmp(arguments[i], "--preload") && i + 1 < count && libraryCount < maximumLibraries) libraries[libraryCount++] = arguments[++i];
        else break;
    }
    if (i >= count - 1 || strcmp(arguments[i], "--") || rounds < 1 || rounds > maximumRounds) {
        fprintf(stderr, "usage: launch [--rounds 1…%d] [--tsv] [--preload PATH|none]… -- COMMAND [ARGUMENTS…]\n", maximumRounds);
        return 2;
    }
    if (libraryCount == 0) libraries[libraryCount++] = "none";

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    // One round that does not count: the files come into the page cache.
    for (int n = 0; n < libraryCount; n++) run(arguments + i + 1, libraries[n], n, 0, &actions);
    for (int round = 0; round < rounds; round++)
        for (int n = 0; n < libraryCount; n++) run(arguments + i + 1, libraries[(n + round) % libraryCount], (n + round) % libraryCount, round, &actions);

    for (int n = 0; n < libraryCount; n++) {
        double mean[kinds] = {0};
        for (int kind = 0; kind < kinds; kind++) {
            for (int round = 0; round < rounds; round++) mean[kind] += samples[n][kind][round] / rounds;
            qsort(samples[n][kind], (size_t)rounds, sizeof(float), ascending);
        }
        printf(tabs ? "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\n" : "%s  wall %.0f (mean %.0f) us  cpu %.0f (mean %.0f) us  peak RSS %.0f (largest %.0f) KiB\n",
               libraries[n], samples[n][wall][rounds / 2], mean[wall], samples[n][cpu][rounds / 2], mean[cpu], samples[n][rss][rounds / 2], samples[n][rss][rounds - 1]);
    }
    return 0;
}
