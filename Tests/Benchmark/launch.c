// The launcher: starts a command again and again under each of several preloaded libraries in turn, and prints what it
// cost. Small and linked statically, because a child's ru_maxrss starts at the peak of the process that spawned it.
//
//   launch [--rounds N] [--tsv] [--output FILE] [--timeout SECONDS] [--preload PATH|none | --with [NAME=VALUE]… [WRAPPER…] ';']… -- COMMAND [ARGUMENTS…]
//
// One line for each library or wrapper, in the order given:
//   PATH  wall: median mean  cpu (user + system): median mean  (microseconds)  peak RSS: median largest (KiB)
// The order rotates from round to round, so that no library always runs first. The command's output goes to
// /dev/null, or to a file. A command that takes longer than the timeout is ended, with the processes of its group.
// --with sets variables and starts the command by a wrapper, such as heaptrack: that is measured with all its descendants,
// until the last of them ended; its peak is the largest sum of their resident memory, looked at every 5 ms.
// One round alone is measured as it is; more are preceded by one that does not count.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { maximumLibraries = 16, maximumRounds = 2000, maximumVariables = 400, maximumWords = 200 };
enum { wall, cpu, rss, kinds };
struct library { const char *label; char **variables, **wrapper; int variableCount, wrapperCount; };
static float samples[maximumLibraries][kinds][maximumRounds];
static char *variables[maximumVariables + 20], *words[maximumWords];
static volatile pid_t group;
static volatile sig_atomic_t late;
static unsigned timeout;
extern char **environ;

static int ascending(const void *a, const void *b) { return (*(const float *)a > *(const float *)b) - (*(const float *)a < *(const float *)b); }
static double microseconds(struct timeval t) { return (double)t.tv_sec * 1e6 + (double)t.tv_usec; }

// At the timeout, or when the launcher itself is to end: nothing that it started stays behind.
static void endGroup(int signal) {
    if (group > 0) kill(-group, SIGKILL);
    if (signal != SIGALRM) _exit(128 + signal);
    late = 1;
}

// The text of a file of /proc; empty when its process is gone.
static char *text(const char *name, long id, char *buffer, size_t size) {
    char path[64];
    snprintf(path, sizeof path, name, id, id);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, buffer, size - 1);
    if (file >= 0) close(file);
    buffer[length > 0 ? length : 0] = 0;
    return buffer;
}

// KiB that a process's descendants have resident, those of its main thread; pages that they share count in each.
static double resident(long id) {
    char children[2048], pages[128], *rest;
    double sum = 0;
    text("/proc/%ld/task/%ld/children", id, children, sizeof children);
    for (char *next = children; (id = strtol(next, &rest, 10)); next = rest) {
        unsigned long all, here = 0;
        if (sscanf(text("/proc/%ld/statm", id, pages, sizeof pages), "%lu %lu", &all, &here) == 2) sum += (double)here * (double)sysconf(_SC_PAGESIZE) / 1024;
        sum += resident(id);
    }
    return sum;
}

static void run(char **command, const struct library *library, int number, int round, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes) {
    int count = 0;
    for (char **variable = environ; *variable && count < maximumVariables; variable++)
        if (strncmp(*variable, "LD_PRELOAD=", 11)) variables[count++] = *variable;
    memcpy(variables + count, library->variables, (size_t)library->variableCount * sizeof *variables);
    variables[count + library->variableCount] = NULL;
    int length = 0;
    while (length < library->wrapperCount) words[length] = library->wrapper[length], length++;
    while (*command && length < maximumWords - 1) words[length++] = *command++;
    words[length] = NULL;

    struct timespec begin, end;
    struct rusage usage;
    pid_t child, ended;
    int status, result = 0;
    double cost = 0, peak = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if ((errno = posix_spawnp(&child, words[0], actions, attributes, words, variables))) { perror(words[0]); exit(2); }
    if (timeout) {
        group = child;
        alarm(timeout);
    }
    // What a wrapper leaves behind becomes our child too.
    while ((ended = wait4(-1, &status, library->wrapperCount ? WNOHANG : 0, &usage)) >= 0 || errno == EINTR) {
        if (ended > 0) {
            if (ended == child) result = status;
            cost += microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
            if ((double)usage.ru_maxrss > peak) peak = (double)usage.ru_maxrss;
        } else {
            double now = resident(getpid());
            if (now > peak) peak = now;
            nanosleep(&(struct timespec){0, 5000000}, NULL);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    alarm(0);
    group = 0;
    if (late) {
        fprintf(stderr, "launch: %s under %s took longer than %u s\n", words[library->wrapperCount], library->label, timeout);
        exit(1);
    }
    if (result) {
        fprintf(stderr, "launch: %s under %s ended with %s %d\n", words[library->wrapperCount], library->label, WIFSIGNALED(result) ? "signal" : "status",
                WIFSIGNALED(result) ? WTERMSIG(result) : WEXITSTATUS(result));
        exit(1);
    }
    samples[number][wall][round] = (float)((double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) / 1e3);
    samples[number][cpu][round] = (float)cost;
    samples[number][rss][round] = (float)peak;
}

int main(int count, char **arguments) {
    static struct library libraries[maximumLibraries];
    const char *output = "/dev/null";
    int libraryCount = 0, rounds = 1, tabs = 0, i = 1;
    for (; i < count && strcmp(arguments[i], "--"); i++) {
        struct library *library = libraries + libraryCount;
        if (!strcmp(arguments[i], "--tsv")) tabs = 1;
        else if (!strcmp(arguments[i], "--rounds") && i + 1 < count) rounds = atoi(arguments[++i]);
        else if (!strcmp(arguments[i], "--output") && i + 1 < count) output = arguments[++i];
        else if (!strcmp(arguments[i], "--timeout") && i + 1 < count) timeout = (unsigned)atoi(arguments[++i]);
        else if (!strcmp(arguments[i], "--preload") && i + 1 < count && libraryCount < maximumLibraries) {
            library->label = arguments[++i];
            library->variables = malloc(sizeof(char *));
            library->variableCount = strcmp(arguments[i], "none") != 0 && asprintf(library->variables, "LD_PRELOAD=%s", arguments[i]) > 0;
            libraryCount++;
        } else if (!strcmp(arguments[i], "--with") && libraryCount < maximumLibraries) {
            library->label = "--with";
            library->variables = arguments + ++i;
            while (i < count && strchr(arguments[i], '=')) i++, library->variableCount++;
            library->wrapper = arguments + i;
            while (i < count && strcmp(arguments[i], ";")) i++, library->wrapperCount++;
            if (library->wrapperCount) library->label = library->wrapper[0];
            else if (library->variableCount) library->label = library->variables[0];
            libraryCount++;
        } else break;
    }
    if (i >= count - 1 || strcmp(arguments[i], "--") || rounds < 1 || rounds > maximumRounds) {
        fprintf(stderr, "usage: launch [--rounds 1…%d] [--tsv] [--output FILE] [--timeout SECONDS] [--preload PATH|none | --with [NAME=VALUE]… [WRAPPER…] ';']… -- COMMAND [ARGUMENTS…]\n", maximumRounds);
        return 2;
    }
    if (libraryCount == 0) libraries[libraryCount++].label = "none";
    for (int n = 0; n < libraryCount; n++)
        if (libraries[n].variableCount > 15 || libraries[n].wrapperCount > 50) { fprintf(stderr, "launch: too many words after --with\n"); return 2; }
    prctl(PR_SET_CHILD_SUBREAPER, 1);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    if (timeout) {
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        struct sigaction action = {.sa_handler = endGroup};
        sigaction(SIGALRM, &action, NULL);
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
    }
    // One round that does not count: the files come into the page cache.
    for (int n = 0; n < libraryCount && rounds > 1; n++) run(arguments + i + 1, &libraries[n], n, 0, &actions, &attributes);
    for (int round = 0; round < rounds; round++)
        for (int n = 0; n < libraryCount; n++) run(arguments + i + 1, &libraries[(n + round) % libraryCount], (n + round) % libraryCount, round, &actions, &attributes);

    for (int n = 0; n < libraryCount; n++) {
        double mean[kinds] = {0};
        for (int kind = 0; kind < kinds; kind++) {
            for (int round = 0; round < rounds; round++) mean[kind] += samples[n][kind][round] / rounds;
            qsort(samples[n][kind], (size_t)rounds, sizeof(float), ascending);
        }
        printf(tabs ? "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\n" : "%s  wall %.0f (mean %.0f) us  cpu %.0f (mean %.0f) us  peak RSS %.0f (largest %.0f) KiB\n",
               libraries[n].label, samples[n][wall][rounds / 2], mean[wall], samples[n][cpu][rounds / 2], mean[cpu], samples[n][rss][rounds / 2], samples[n][rss][rounds - 1]);
    }
    return 0;
}
