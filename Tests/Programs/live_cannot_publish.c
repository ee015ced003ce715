// Proves that a directory that is another's, open to others, a link or no directory is not used for counters, and neither is a
// full file system: one warning, no file, and the process counts for itself. The places are those of a mount namespace.
// env: SWIFTMALLOC_LIVE=1
// stderr: ^==[0-9]+==WARNING: swiftmalloc: cannot publish live counters in /dev/shm or /tmp: ([a-z -]+ \(error [0-9]+\)|the directory swiftmalloc-0 there belongs to another user, or is open to others)$
// stderr-count: 1
// variants: CASE=OPEN CASE=FOREIGN CASE=LINK CASE=FILE CASE=FULL CASE=READ_ONLY
// also: DEBUG=1
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include "../../CShims/include/swiftmalloc.h"
#include "live_file.h"
#pragma weak swiftmalloc_statistics
enum { OPEN, FOREIGN, LINK, FILE_, FULL, READ_ONLY };
#define FILE FILE_

static void spoil(const char *folder) {
    char path[64], target[64];
    CHECK(mount("none", folder, "tmpfs", 0, CASE == FULL ? "size=8k" : CASE == READ_ONLY ? "ro" : "") == 0, "no tmpfs");
    snprintf(path, sizeof path, "%s/swiftmalloc-%u", folder, geteuid());
    snprintf(target, sizeof target, "%s/elsewhere", folder);
    if (CASE == OPEN) CHECK(mkdir(path, 0755) == 0 && chmod(path, 0755) == 0, "mkdir");
    if (CASE == FOREIGN) CHECK(mkdir(path, 0700) == 0 && chown(path, 12345, 12345) == 0, "chown");
    if (CASE == LINK) CHECK(mkdir(target, 0700) == 0 && symlink(target, path) == 0, "symlink");
    if (CASE == FILE) CHECK(close(open(path, O_CREAT | O_WRONLY, 0600)) == 0, "open");
}

static void *thread(void *unused) {
    for (int i = 0; i < 1000; i++) free(malloc(5000));
    return unused;
}

int main(int count, char **arguments) {
    struct swiftmalloc_statistics_lines before, after;
    char path[64];
    int status = -1;
    if (!swiftmalloc_statistics) SKIP("without the library nothing is published");
    if (count == 1) {
        if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0) SKIP("no right to make a mount namespace");
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
        // By descriptors: they may lie below /tmp, which is to be covered.
        int program = open("/proc/self/exe", O_RDONLY), library = open(getenv("LD_PRELOAD"), O_RDONLY);
        CHECK(program >= 0 && library >= 0 && unlink(pathOf(getpid())) == 0, "no file");
        snprintf(path, sizeof path, "/proc/self/fd/%d", library), setenv("LD_PRELOAD", path, 1);
        snprintf(path, sizeof path, "/proc/self/fd/%d", program);
        spoil("/dev/shm"), spoil("/tmp");
        execl(path, arguments[0], "inside", (char *)NULL);
        CHECK(0, "no exec");
    }
    CHECK(access(pathOf(getpid()), F_OK) != 0, "there is a file");
    CHECK(swiftmalloc_statistics(&before) && before.is_counted, "nothing is counted");
    void *kept = malloc(12345);
    pthread_t id;
    for (int i = 0; i < 30; i++) pthread_create(&id, NULL, thread, NULL), pthread_join(id, NULL);
    CHECK(swiftmalloc_statistics(&after) && after.requested - before.requested >= 12345, "it is not counted");
    // The child asks for no file either, since its parent has none.
    pid_t child = fork();
    if (child == 0) free(kept), _exit(swiftmalloc_statistics(&before) && before.requested + 12345 == after.requested ? 0 : 1);
    CHECK(waitpid(child, &status, 0) == child && status == 0, "the child ended with %x", status);
    return 0;
}
