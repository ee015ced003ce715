// The handler of SIGSEGV, and who had the signal before; and where signal handlers run.

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "libc.h"
#include "system_call.h"

static int (*explain_fault)(uintptr_t, const void *);
static struct sigaction previous;

static void pass_on(int number, siginfo_t *information, void *context) {
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, information, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else {
    // The instruction faults again, without us; a signal that was sent is sent again.
    sigaction(number, &previous, NULL);
    if (information->si_code <= 0) raise(number);
  }
}

static void on_fault(int number, siginfo_t *information, void *context) {
  const int saved = errno;
  if (information->si_code > 0 && explain_fault((uintptr_t)information->si_addr, context)) {
    errno = saved;
    return;
  }
  errno = saved;
  pass_on(number, information, context);
}

void swiftmalloc_watch_faults(int (*explain)(uintptr_t, const void *)) {
  explain_fault = explain;
  sigaction(SIGSEGV, NULL, &previous);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  // A report needs more stack than most alternative ones have: only where one was asked for before.
  action.sa_flags = SA_SIGINFO | SA_NODEFER | (previous.sa_flags & SA_ONSTACK);
  sigaction(SIGSEGV, &action, NULL);
}

int swiftmalloc_is_on_signal_stack(void) {
  stack_t stack;
  return swiftmalloc_system_call(SYS_sigaltstack, 0, (intptr_t)&stack, 0, 0, 0, 0) == 0 &&
         stack.ss_flags & SS_ONSTACK;
}
