// Proves that a profile takes the place of a plain file only: a FIFO gets its bytes and stays, a link stays and what it leads to is
// replaced, a folder is refused, and a FIFO that nobody reads, or does not read to its end, neither holds nor ends the program.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=64
// expect: exit 0
// production-only: the debug heap is not sampled
#include "profile.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

static char folder[256];

static char *in(const char *name) {
    static char paths[4][300];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, 300, "%s/%s", folder, name);
    return path;
}

static int is(const char *name, mode_t kind) {
    struct stat status;
    return !lstat(in(name), &status) && (status.st_mode & S_IFMT) == kind;
}

int main(void) {
    for (int index = 0; index < 100; index++) CHECK(hide(malloc(1000)), "no block");
    const char *path = getenv("SWIFTMALLOC_PROFILE");
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    CHECK(swiftmalloc_profile_write, "no library");

    CHECK(!mkfifo(in("fifo"), 0600), "mkfifo");
    CHECK(swiftmalloc_profile_write(in("fifo")) == ENXIO && is("fifo", S_IFIFO), "nobody reads");
    int reader = open(in("fifo"), O_RDONLY | O_NONBLOCK);
    CHECK(fcntl(reader, F_SETPIPE_SZ, 1 << 20) > 0, "F_SETPIPE_SZ");
    CHECK(swiftmalloc_profile_write(in("fifo")) == 0 && is("fifo", S_IFIFO), "a FIFO");
    unsigned char head[2];
    CHECK(read(reader, head, 2) == 2 && head[0] == 0x1f && head[1] == 0x8b, "no bytes");
    close(reader);

    CHECK(!mkdir(in("folder"), 0700), "mkdir");
    CHECK(swiftmalloc_profile_write(in("folder")) == EISDIR && is("folder", S_IFDIR), "a folder");

    // To nothing at first, then to a plain file; by way of another link; then to the FIFO.
    CHECK(!symlink("plain", in("second")) && !symlink("second", in("link")), "symlink");
    for (int round = 0; round < 2; round++) {
        CHECK(swiftmalloc_profile_write(in("link")) == 0 && is("link", S_IFLNK) && is("second", S_IFLNK), "a link");
        CHECK(is("plain", S_IFREG), "not what the link leads to");
        profileRead(in("plain"));
    }
    CHECK(!symlink("round", in("round")), "symlink");
    CHECK(swiftmalloc_profile_write(in("round")) == ELOOP && is("round", S_IFLNK), "a link to itself");
    CHECK(!unlink(in("second")) && !symlink(in("fifo"), in("second")), "symlink");
    CHECK(swiftmalloc_profile_write(in("link")) == ENXIO && is("link", S_IFLNK) && is("fifo", S_IFIFO), "to a FIFO");

    // The device that takes all bytes, and the one that is always full; where one may be made.
    if (!mknod(in("null"), S_IFCHR | 0600, makedev(1, 3)) && !access(in("null"), W_OK)) {
        int error = swiftmalloc_profile_write(in("null"));
        CHECK((error == 0 || error == EACCES) && is("null", S_IFCHR), "a device: %d", error);
        CHECK(!mknod(in("full"), S_IFCHR | 0600, makedev(1, 7)), "mknod");
        error = swiftmalloc_profile_write(in("full"));
        CHECK((error == ENOSPC || error == EACCES) && is("full", S_IFCHR), "a full device: %d", error);
        CHECK(access(in("null.peak"), F_OK) && access(in("null.draft"), F_OK), "a file beside it");
    }
    return 0;
}
