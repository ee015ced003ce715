// Proves what becomes of a process' counters: a file that only its user may read, in a directory of the user's; gone after
// each orderly end, kept after an abort, a crash and a kill, with the last numbers, until somebody removes it.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// variants: END=RETURN END=EXIT END=UNDERSCORE_EXIT END=C99_EXIT END=QUICK_EXIT END=THREAD END=ABORT END=KILL END=CRASH
// also: DEBUG=1
#include <libgen.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "live_file.h"
enum { RETURN, EXIT, UNDERSCORE_EXIT, C99_EXIT, QUICK_EXIT, THREAD, ABORT, KILL, CRASH };
static int pipes[2], answer[2];

static void end(void) {
    volatile char *volatile nowhere = NULL;
    switch (END) {
        case RETURN: case THREAD: return;
        case EXIT: exit(5);
        case UNDERSCORE_EXIT: _exit(5);
        case C99_EXIT: _Exit(5);
        case QUICK_EXIT: quick_exit(5);
        case ABORT: abort();
        case KILL: raise(SIGKILL); return;
        case CRASH: *nowhere = 1; return;
    }
}

static void *thread(void *unused) {
    if (unused == NULL) exit(5);
    return unused;
}

static int inner(void) {
    char text;
    for (int i = 0; i < 1234; i++) hide(malloc(77));
    write(3, "x", 1), read(4, &text, 1);
    hide(malloc(5000000));
    pthread_t id;
    if (END == THREAD) pthread_create(&id, NULL, thread, NULL), pthread_join(id, NULL);
    end();
    return 5;
}

int main(int count, char **arguments) {
    struct stat info;
    char text, name[64];
    int status;
    if (count > 1) return inner();
    CHECK(pipe(pipes) == 0 && pipe(answer) == 0, "no pipe");
    pid_t child = fork();
    if (child == 0) {
        int to = fcntl(pipes[1], F_DUPFD, 20), from = fcntl(answer[0], F_DUPFD, 20);
        dup2(to, 3), dup2(from, 4);
        for (int i = 5; i < 30; i++) close(i);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        _exit(127);
    }
    CHECK(read(pipes[0], &text, 1) == 1, "the child ended");
    const Header *header = countersOf(child);
    CHECK(header && header->process_id == child && header->user_id == geteuid(), "the file is not the child's");
    CHECK(header->state == SWIFTMALLOC_LIVE_RUNNING && header->ended_boot_ns == 0, "state %u", header->state);
    CHECK(stat(pathOf(child), &info) == 0 && info.st_mode == (S_IFREG | 0600), "mode %o", info.st_mode);
    strcpy(name, pathOf(child));
    CHECK(stat(dirname(name), &info) == 0 && info.st_mode == (S_IFDIR | 0700), "the directory's mode %o", info.st_mode);
    write(answer[1], "x", 1);
    CHECK(waitpid(child, &status, 0) == child, "no child");
    int isKept = END >= ABORT;
    CHECK(WIFEXITED(status) == !isKept && (isKept || WEXITSTATUS(status) == 5), "status %x", status);
    CHECK((access(pathOf(child), F_OK) == 0) == isKept, "the file is there: %d", !isKept);
    CHECK(header->state == (isKept ? SWIFTMALLOC_LIVE_RUNNING : SWIFTMALLOC_LIVE_ENDED), "state %u", header->state);
    CHECK((header->ended_boot_ns != 0) == !isKept && (isKept || header->user_time_ns + header->system_time_ns), "no end");
    const Row *row = rowAt(header, 1);
    CHECK(classesOf(row)[classOf(header, 77)].requested_bytes >= 1234 * 77, "numbers are gone");
    CHECK(sumOfAll(header).requested_bytes >= 1234 * 77 + 5000000, "the last number is missing");
    if (isKept) unlink(pathOf(child));
    return 0;
}
