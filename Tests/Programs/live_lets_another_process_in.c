// Proves that a process that publishes names another one that asks for it as its tracer (prctl(2), PR_SET_PTRACER), and takes that
// back: at once where there is a helper thread, at the next slow call otherwise; that the other one is told what the system said;
// that no number names everybody; and that a child of fork names nobody that its parent was asked to name.
// A filter sees the calls: this system may have no Yama.
// arguments: THREADS=0 THREADS=1
// env: SWIFTMALLOC_LIVE=1
// expect: exit 0
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "live_file.h"
ARGUMENT(int, THREADS)

enum { NAMES_ASKER = 101, NAMES_NOBODY, NAMES_OTHER, NAMES_EVERYBODY, MANY = 30000 };
typedef struct swiftmalloc_live_look Look;

static void callSlowly(void) {
    for (size_t size = 16; size < MANY; size += 100) free(hide(malloc(size)));
}

static void *work(void *unused) { return callSlowly(), pause(), unused; }

static Header *mapped(pid_t process) {
    int file = open(pathOf(process), O_RDWR | O_CLOEXEC);
    if (file < 0) SKIP("no /dev/shm");
    Header *header = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(header != MAP_FAILED, "no mapping");
    return header;
}

static Look *lookOf(Header *header) {
    const struct swiftmalloc_live_profile *profile = (void *)((char *)header + header->profile_offset);
    CHECK(profile->look_offset, "nobody to ask");
    return (Look *)((char *)header + profile->look_offset);
}

static int ask(Header *header, unsigned looker) {
    Look *look = lookOf(header);
    look->looker = looker;
    uint64_t number = __atomic_add_fetch(&look->wanted, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < 500 && __atomic_load_n(&look->done, __ATOMIC_ACQUIRE) < number; i++) {
        syscall(SYS_futex, &header->trim_alarm, FUTEX_WAKE, 1, NULL, NULL, 0);
        usleep(10000);
    }
    CHECK(look->done == number, "no answer to %d", (int)number);
    return look->error;
}

// From now on each call of PR_SET_PTRACER by any thread fails with a number that tells whom it names, and does nothing.
static void watchCalls(pid_t asker) {
    enum { LOW = offsetof(struct seccomp_data, args), HIGH = LOW + 4, STEP = 8 };
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, skip)
#define FAIL(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
    struct sock_filter filter[] = {
        LOAD(offsetof(struct seccomp_data, nr)), UNLESS(SYS_prctl, 11), LOAD(LOW), UNLESS(PR_SET_PTRACER, 9),
        LOAD(HIGH + STEP), UNLESS(0, 6), LOAD(LOW + STEP), UNLESS(asker, 1), FAIL(NAMES_ASKER), UNLESS(0, 1), FAIL(NAMES_NOBODY),
        FAIL(NAMES_OTHER), FAIL(NAMES_EVERYBODY), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program)) SKIP("no seccomp filters here");
}

int main(void) {
    pthread_t thread;
    pid_t own = getpid();
    Header *header = mapped(own);
    Look *look = lookOf(header);
    int ends[2], status;
    char byte = 0;
    CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "no pair");
    if (!THREADS) {
        look->looker = 1, look->wanted = 1;
        if (fork() == 0) {
            watchCalls(1);
            Look *mine = lookOf(mapped(getpid()));
            mine->error = 0;
            callSlowly();
            _exit(mine->error);
        }
        wait(&status);
        CHECK(status == 0, "the child names %d", status);
    } else {
        CHECK(!pthread_create(&thread, NULL, work, NULL), "no thread");
    }
    pid_t asking = fork();
    if (asking == 0) {
        int expected = access("/proc/sys/kernel/yama", F_OK) ? EINVAL : 0, error = ask(header, (unsigned)getpid());
        CHECK(error == expected, "error %d", error);
        CHECK(write(ends[1], &byte, 1) == 1 && read(ends[1], &byte, 1) == 1, "no filter");
        CHECK((error = ask(header, (unsigned)getpid())) == NAMES_ASKER, "error %d", error);
        CHECK((error = ask(header, 0)) == NAMES_NOBODY, "error %d", error);
        CHECK((error = ask(header, -1u)) == NAMES_OTHER, "error %d", error);
        _exit(0);
    }
    while (waitpid(asking, &status, WNOHANG) == 0) {
        if (!THREADS) callSlowly();
        struct pollfd ready = {.fd = ends[0], .events = POLLIN};
        if (poll(&ready, 1, 10) <= 0 || read(ends[0], &byte, 1) != 1) continue;
        watchCalls(asking);
        CHECK(write(ends[0], &byte, 1) == 1, "nobody waits");
    }
    CHECK(status == 0, "status %d", status);
    return 0;
}
