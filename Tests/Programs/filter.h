// A filter of system calls as a sandbox has one: mincore ends the process, and the question of pages that Linux has since 6.7 is
// refused, as by older kernels. systemd's SystemCallFilter=@system-service is such a one.
#ifndef FILTER_H
#define FILTER_H
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "check.h"

// Starts the program anew behind the filter, which is there before the library is; returns there.
static inline void startBehindFilter(char **arguments) {
    if (prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER && getenv("BEHIND_FILTER")) return;
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mincore, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xc0606610, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        SKIP("no seccomp here");
    setenv("BEHIND_FILTER", "1", 1);
    execv("/proc/self/exe", arguments);
    CHECK(0, "exec failed");
}

#endif
