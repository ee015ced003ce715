// Proves that a process that the system refuses another thread does without the library's own: it goes on, errno stays as it
// was, the program's own attempt is told, and statistics say why.
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// report: "helper":"refused"
#include "check.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static pthread_barrier_t start;

static void *work(void *unused) {
    pthread_barrier_wait(&start);
    pthread_barrier_wait(&start);
    errno = 7;
    for (size_t size = 16; size < 40000; size += 100) {
        char *block = malloc(size);
        CHECK(block, "no block of %zu bytes", size);
        memset(block, 1, size);
        free(hide(block));
    }
    CHECK(errno == 7, "errno");
    return unused;
}

int main(void) {
    enum { REFUSED = SECCOMP_RET_ERRNO | EPERM };
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, REFUSED),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    pthread_t thread, other;
    pthread_barrier_init(&start, NULL, 2);
    CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    pthread_barrier_wait(&start);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter)) SKIP("no seccomp filters here");
    pthread_barrier_wait(&start);
    pthread_join(thread, NULL);
    int refused = pthread_create(&other, NULL, work, NULL);
    // EAGAIN is what musl makes of it.
    CHECK(refused == EPERM || refused == EAGAIN, "the filter lets threads be made");
    return 0;
}
