// Proves that in a process without /proc the check finds what is lost, or says clearly that it cannot.
// stderr: ^==[0-9]+==(ERROR: swiftmalloc: leak of 1000 bytes in 1 block$|WARNING: swiftmalloc: .*leak)
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind needs memory and descriptors for itself
#include <sched.h>
#include <sys/mount.h>
#include "leak.h"
static void *held;

HELPER void build(void) { held = make(100); }

int main(void) {
    if (unshare(CLONE_NEWNS) != 0) SKIP("no right to make a mount namespace");
    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    if (mount("none", "/proc", "tmpfs", 0, NULL) != 0) SKIP("no right to mount over /proc");
    away(build);
    lose(1000);
    return held == NULL;
}
