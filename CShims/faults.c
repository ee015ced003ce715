// Handlers of the signals by which a process crashes, and who had them before.
//
//   SIGSEGV of the kernel's ─ explain ┬ mended: the program goes on
//                                     └ else ┐
//   any of the six ──────────────────────────┴ a handler from before us: it is called
//                                              none: crash.c reports, then the signal ends the process

#define _GNU_SOURCE
#include "crash.h"

#include <errno.h>
#include <string.h>
#include <ucontext.h>

#include "crash_report.h"
#include "libc.h"
#include "system_call.h"

static int (*explain_fault)(uintptr_t, const void *);
static int (*is_own_fault)(uintptr_t);
static struct sigaction previous[32];

static int is_handled(int number) {
  const struct sigaction *action = &previous[number];
  return action->sa_flags & SA_SIGINFO || (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

// As the kernel would call it: with the signals blocked that it asked for.
static void call_previous(int number, siginfo_t *information, void *context) {
  const struct sigaction *action = &previous[number];
  uint64_t mask, wanted;
  memcpy(&mask, &((ucontext_t *)context)->uc_sigmask, sizeof mask);
  memcpy(&wanted, &action->sa_mask, sizeof wanted);
  mask |= wanted;
  if (!(action->sa_flags & SA_NODEFER)) mask |= (uint64_t)1 << (number - 1);
  swiftmalloc_system_call(SYS_rt_sigprocmask, SIG_SETMASK, (intptr_t)&mask, 0, sizeof mask, 0, 0);
  if (action->sa_flags & SA_SIGINFO)
    action->sa_sigaction(number, information, context);
  else
    action->sa_handler(number);
}

struct question {
  uintptr_t address;
  const void *context;
  int answer;
};

static void ask(void *argument) {
  struct question *question = argument;
  question->answer = explain_fault(question->address, question->context);
}

static void on_signal(int number, siginfo_t *information, void *context) {
  const int saved = errno;
  struct question question = {(uintptr_t)information->si_addr, context, SWIFTMALLOC_FAULT_UNKNOWN};
  const int is_fault = number == SIGSEGV && information->si_code > 0 && explain_fault;
  // Stacks for signals may be small.
  if (is_fault && (!is_own_fault || is_own_fault(question.address))) swiftmalloc_on_large_stack(ask, &question);
  errno = saved;
  if (question.answer == SWIFTMALLOC_FAULT_MENDED) return;
  if (is_handled(number)) return call_previous(number, information, context);
  if (previous[number].sa_handler == SIG_IGN && information->si_code <= 0) return;
  swiftmalloc_crash_by(number, information, context, question.answer == SWIFTMALLOC_FAULT_EXPLAINED);
  errno = saved;
}

void swiftmalloc_install_handler(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_signal;
  // A handler that comes between would run on the same stack for signals, from its top. A crash in a report is one.
  sigfillset(&action.sa_mask);
  for (int fatal = 1; fatal < 32; fatal++)
    if (swiftmalloc_is_fatal(fatal)) sigdelset(&action.sa_mask, fatal);
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  // A stack that overflows has no room for a handler. One from before us runs where it always ran.
  if (!is_handled(number) || previous[number].sa_flags & SA_ONSTACK) action.sa_flags |= SA_ONSTACK;
  sigaction(number, &action, NULL);
}

void swiftmalloc_watch_faults(int (*explain)(uintptr_t, const void *), int (*is_own)(uintptr_t)) {
  explain_fault = explain;
  is_own_fault = is_own;
  sigaction(SIGSEGV, NULL, &previous[SIGSEGV]);
  swiftmalloc_install_handler(SIGSEGV);
}

void swiftmalloc_watch_signal(int number) {
  sigaction(number, NULL, &previous[number]);
  if (!is_handled(number) && previous[number].sa_handler == SIG_DFL) swiftmalloc_install_handler(number);
}

int swiftmalloc_is_own_action(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_flags & SA_SIGINFO && action.sa_sigaction == on_signal;
}

uint64_t swiftmalloc_block_handlers(void) {
  uint64_t mask = ~(uint64_t)0, before = 0;
  for (int fatal = 1; fatal < 32; fatal++)
    if (swiftmalloc_is_fatal(fatal)) mask &= ~((uint64_t)1 << (fatal - 1));
  if (swiftmalloc_system_call(SYS_rt_sigprocmask, SIG_BLOCK, (intptr_t)&mask, (intptr_t)&before, sizeof mask, 0, 0) != 0)
    return 0;
  return mask & ~before;
}

void swiftmalloc_unblock_handlers(uint64_t blocked) {
  swiftmalloc_system_call(SYS_rt_sigprocmask, SIG_UNBLOCK, (intptr_t)&blocked, 0, sizeof blocked, 0, 0);
}

int swiftmalloc_use_signal_stack(uintptr_t start, size_t byte_count) {
  stack_t stack;
  if (swiftmalloc_system_call(SYS_sigaltstack, 0, (intptr_t)&stack, 0, 0, 0, 0) != 0) return 0;
  if (!(stack.ss_flags & SS_DISABLE)) return 0;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = (void *)start;
  stack.ss_size = byte_count;
  return swiftmalloc_system_call(SYS_sigaltstack, (intptr_t)&stack, 0, 0, 0, 0, 0) == 0;
}

int swiftmalloc_leave_signal_stack(uintptr_t start) {
  stack_t stack;
  if (swiftmalloc_system_call(SYS_sigaltstack, 0, (intptr_t)&stack, 0, 0, 0, 0) != 0) return 0;
  if (stack.ss_flags || (uintptr_t)stack.ss_sp != start) return 0;
  memset(&stack, 0, sizeof stack);
  stack.ss_flags = SS_DISABLE;
  return swiftmalloc_system_call(SYS_sigaltstack, (intptr_t)&stack, 0, 0, 0, 0, 0) == 0;
}
