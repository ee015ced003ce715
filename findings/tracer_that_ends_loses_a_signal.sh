#!/usr/bin/env bash
# Linux 6.18, ptrace: a tracer that ends lets go of what it traced, and the process goes on. But the signal that it was about to
# get is lost, if the tracer had taken the news of it (waitid): a SIGTERM to a process that a debugger looks at is never
# delivered when the debugger is killed in that moment. With WNOWAIT, which leaves the news where it is, the signal comes.
. "$(dirname "$0")/packages.sh"
cat >tracer.c <<'C'
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t came;
static void note(int number) { (void)number, came = 1; }
static int outcome(int how) {
  int ready[2], status;
  char byte;
  if (pipe(ready)) return -1;
  pid_t process = fork();
  if (!process) {
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    signal(SIGUSR1, note);
    if (write(ready[1], "r", 1) != 1) _exit(2);
    for (int i = 0; i < 300 && !came; i++) usleep(10000);
    _exit(came);
  }
  if (read(ready[0], &byte, 1) != 1) return -1;
  pid_t tracer = fork();
  if (!tracer) {
    siginfo_t news;
    if (ptrace(PTRACE_SEIZE, process, 0, 0)) _exit(1);
    kill(process, SIGUSR1);
    _exit(waitid(P_PID, (id_t)process, &news, WSTOPPED | WEXITED | how) != 0);
  }
  if (waitpid(tracer, &status, 0) != tracer || status) return -1;
  waitpid(process, &status, 0);
  return WEXITSTATUS(status);
}
int main(void) { return printf("%d %d\n", outcome(0), outcome(WNOWAIT)) < 0; }
C
gcc tracer.c -o tracer
equal "signals that came: news taken, news left" "0 1" "$(./tracer)"
