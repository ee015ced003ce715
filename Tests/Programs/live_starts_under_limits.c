// Proves that counting begins, or is done without, in one sentence and never by a signal where files may have no bytes, no
// descriptor is free, addresses are few, standard streams are closed, or the root has been changed to an empty one.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_STATS=1
// variants: CASE=FILE_BYTES CASE=DESCRIPTORS CASE=ADDRESSES CASE=STREAMS CASE=ROOT
// also: DEBUG=1
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "live_file.h"
enum { FILE_BYTES, DESCRIPTORS, ADDRESSES, STREAMS, ROOT };
static char text[1 << 20];

static void *thread(void *unused) {
    for (int i = 0; i < 2000; i++) free(realloc(malloc((size_t)i), (size_t)i * 2 + 1));
    return unused;
}

// What a process does that is to be counted, its children too.
static int inside(void) {
    pthread_t id;
    int status = -1;
    if (pthread_create(&id, NULL, thread, NULL) == 0) pthread_join(id, NULL);
    else thread(NULL);
    free(malloc(CASE == ADDRESSES ? 50000 : 6 * MIB));
    pid_t child = fork();
    if (child == 0) thread(NULL), exit(3);
    return child < 0 || (waitpid(child, &status, 0) == child && status == 3 << 8) ? 5 : 1;
}

static void limit(int what, rlim_t most) {
    struct rlimit limit = {most, RLIM_INFINITY};
    getrlimit(what, &limit);
    limit.rlim_cur = most;
    CHECK(setrlimit(what, &limit) == 0, "setrlimit");
}

int main(int count, char **arguments) {
    int pipes[2], status = -1;
    size_t length = 0;
    char folder[] = "/tmp/empty_root.XXXXXX";
    if (count > 1) return inside();
    CHECK(pipe(pipes) == 0 && mkdtemp(folder), "pipe");
    pid_t child = fork();
    if (child == 0) {
        close(pipes[0]), close(0), close(1), dup2(pipes[1], 2), close(pipes[1]);
        if (CASE == STREAMS) close(2);
        if (CASE == FILE_BYTES) limit(RLIMIT_FSIZE, 0);
        if (CASE == ADDRESSES) limit(RLIMIT_AS, 17 << 20);
        if (CASE == DESCRIPTORS) limit(RLIMIT_NOFILE, 0), exit(inside());
        if (CASE == ROOT && (chroot(folder) != 0 || chdir("/") != 0)) exit(77);
        if (CASE == ROOT) exit(inside());
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    for (ssize_t got; (got = read(pipes[0], text + length, sizeof text - 1 - length)) > 0; length += (size_t)got) {}
    CHECK(waitpid(child, &status, 0) == child && rmdir(folder) == 0, "no child");
    if (status == 77 << 8) SKIP("no right to change the root");
    CHECK(status == 5 << 8, "it ended with %x: %s", status, text);
    int warnings = 0;
    for (char *next = text; (next = strstr(next, "==WARNING: swiftmalloc: ")); next++) warnings++;
    // The process, or its child, which cannot have a file of its own.
    int expected = CASE != STREAMS;
    CHECK(warnings == expected, "%d warnings: %s", warnings, text);
    CHECK(access(pathOf(child), F_OK) != 0 || CASE == ROOT, "the file stays");
    unlink(pathOf(child));
    return 0;
}
