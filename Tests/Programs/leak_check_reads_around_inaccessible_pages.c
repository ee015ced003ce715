// Proves that pages which cannot be read stop no check: in blocks (a coroutine's stack with its guard), in the program's own
// mappings, in what a file has lost; the rest of these is read. At exit and on demand, with a new process and without.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 blocks?, 1000 bytes in 1 blocks? new since the last check$
// report: ^  definitely lost: 1000 bytes in 1 blocks?$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: WARNING
// arguments: HOW=0,SIZE=16 HOW=0,SIZE=64 HOW=0,SIZE=1024 HOW=1,SIZE=64 HOW=1,SIZE=1024 HOW=2,SIZE=64 HOW=3,SIZE=64
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// not-compared: Valgrind knows nothing of guard regions
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "leak.h"
ARGUMENT(int, HOW)
ARGUMENT(int, SIZE)
static char *room;

HELPER void build(void) {
    int file = -1;
    if (HOW < 2) {
        CHECK(posix_memalign((void **)&room, 4096, SIZE * 1024) == 0, "no memory");
    } else if (HOW == 2) {
        room = mmap(NULL, SIZE * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } else {
        file = memfd_create("file", 0);
        CHECK(ftruncate(file, SIZE * 1024) == 0, "ftruncate");
        room = mmap(NULL, SIZE * 1024, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        memset(room, 0, SIZE * 1024);
    }
    memset(room, 0, SIZE * 1024);
    *(void **)(room + 4096) = make(100);
    *(void **)(room + 3 * 4096 - 16) = make(100);
    // MADV_GUARD_INSTALL, since Linux 6.13
    if (HOW == 1 && madvise(room, 4096, 102) != 0) SKIP("no guard regions here");
    if (HOW == 0 || HOW == 2) mprotect(room, 4096, PROT_NONE);
    if (HOW == 0) mprotect(room + 3 * 4096, 4096, PROT_NONE);
    if (HOW == 2) madvise(room + 3 * 4096, 4096, 102);
    if (HOW == 3) CHECK(ftruncate(file, 4 * 4096) == 0, "ftruncate");
}

// From here on the system refuses new processes: the check looks in this one.
static void refuse(void) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {4, program};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) SKIP("no seccomp filters here");
}

int main(void) {
    away(build);
    CHECK(checkLeaks() == 0, "something is lost");
    lose(1000);
    CHECK(checkLeaks() == 1, "the block is not found");
    refuse();
    CHECK(checkLeaks() == 0, "not as before");
    return room == NULL;
}
