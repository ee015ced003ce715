// The end of a process by a fatal signal that nobody handles: a report, by one thread, and then the same signal again.
//
//   reporter  0 ─ process and thread that report
//   the same thread comes again: its report crashed, or the timer's ten seconds are over
//   another thread comes: it waits, as the process is about to end

#define _GNU_SOURCE
#include "crash.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

#include "crash_report.h"
#include "leaks.h"
#include "libc.h"
#include "quiet.h"
#include "system_call.h"
#include "unwinder.h"

enum { PATIENCE = 10000 };

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};

static void (*report_crash)(const struct swiftmalloc_crash *);
static void (*tell_crash)(const struct swiftmalloc_crash *);
static uint64_t reporter;
static struct swiftmalloc_crash current;
static int was_told;
static int64_t first_time;  // the reporting thread's processor time when it began

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

int swiftmalloc_is_fatal(int number) {
  for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++)
    if (fatal[index] == number) return 1;
  return 0;
}

void swiftmalloc_watch_crashes(void (*report)(const struct swiftmalloc_crash *),
                               void (*tell)(const struct swiftmalloc_crash *)) {
  report_crash = report;
  tell_crash = tell;
  for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++)
    if (fatal[index] != SIGSEGV) swiftmalloc_watch_signal(fatal[index]);
}

void swiftmalloc_crash_was_told(void) { was_told = 1; }

// All is said: our handler would say it again. The program's own is called.
void swiftmalloc_abort(void) {
  swiftmalloc_check_no_more();
  if (swiftmalloc_is_own_action(SIGABRT)) signal(SIGABRT, SIG_DFL);
  abort();
}

// Nanoseconds of processor time that a thread of this process has had. The clock's number is made of the thread's, as
// pthread_getcpuclockid(3) makes it.
static int64_t processor_time(int thread) {
  struct timespec time = {0};
  call(SYS_clock_gettime, (int)(~(unsigned)thread << 3 | 6), (intptr_t)&time, 0, 0);
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

// Whether the report gets on, by the thread that writes it: since the last look it has had some processor time, of which
// a container may give little. One that waits for a lock has none. One that goes round in damaged data has more than any
// report needs.
static int gets_on(int thread, int64_t *last_time) {
  enum { LEAST = 1000000 };
  const int64_t longest = PATIENCE * INT64_C(1000000), time = processor_time(thread), since = time - *last_time;
  *last_time = time;
  return since >= LEAST && time - first_time < longest;
}

// Whether the signal is blocked from now on.
static void block(int number, int how) {
  const uint64_t mask = (uint64_t)1 << (number - 1);
  call(SYS_rt_sigprocmask, how, (intptr_t)&mask, 0, sizeof mask);
}

// The end where a sandbox refuses the default action. The kernel itself takes it at a fault whose signal is blocked.
static _Noreturn void end_without_action(int number) {
  volatile const uintptr_t nowhere = 0;
  block(SIGSEGV, SIG_BLOCK);
  if (number == SIGSEGV) *(volatile char *)nowhere = 0;
  swiftmalloc_end_process(128 + number);
}

void swiftmalloc_end_by_signal(int number, const siginfo_t *information) {
  static uintptr_t ending;
  const uintptr_t own = swiftmalloc_thread_pointer();
  const intptr_t process = call(SYS_getpid, 0, 0, 0, 0), thread = call(SYS_gettid, 0, 0, 0, 0);
  // The default action does not let a thread come twice.
  const int is_again = __atomic_exchange_n(&ending, own, __ATOMIC_RELAXED) == own;
  block(number, SIG_BLOCK);
  if (signal(number, SIG_DFL) == SIG_ERR || is_again) end_without_action(number);
  // With what the kernel told, so that a core file is the same. A fault would come again by itself,
  // but a breakpoint and a signal that was sent would not.
  if (!information || call(SYS_rt_tgsigqueueinfo, process, thread, number, (intptr_t)information) != 0)
    call(SYS_tgkill, process, thread, number, 0);
}

// The report is given up.
static void end_now(void) {
  const int number = current.signal;
  if (!was_told) {
    was_told = 1;
    tell_crash(&current);
  }
  static int is_again;
  if (signal(number, SIG_DFL) == SIG_ERR || is_again) end_without_action(number);
  is_again = 1;
  block(number, SIG_UNBLOCK);
  call(SYS_tgkill, call(SYS_getpid, 0, 0, 0, 0), call(SYS_gettid, 0, 0, 0, 0), number, 0);
  swiftmalloc_pause(1000);
  end_without_action(number);
}

void swiftmalloc_send_later(int number, int milliseconds) {
  static int timer;
  static int exists;
  const struct itimerspec time = {
      .it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L}};
  if (!number) {
    if (exists) call(SYS_timer_delete, timer, 0, 0, 0);
    exists = 0;
    return;
  }
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = number;
  event._sigev_un._tid = (int)call(SYS_gettid, 0, 0, 0, 0);
  exists = call(SYS_timer_create, CLOCK_MONOTONIC, (intptr_t)&event, (intptr_t)&timer, 0) == 0;
  if (exists) call(SYS_timer_settime, timer, 0, (intptr_t)&time, 0);
}

static void describe(int number, const siginfo_t *information, void *context, int is_explained) {
  struct swiftmalloc_frame frame;
  swiftmalloc_context_frame(context, &frame);
  current = (struct swiftmalloc_crash){
      .signal = number, .code = information->si_code, .context = context, .pc = frame.pc, .sp = frame.sp,
      .is_explained = is_explained};
  if (information->si_code <= 0) {
    current.sender = information->si_pid;
    return;
  }
  if (number != SIGSEGV && number != SIGBUS) return;
  if (information->si_code == SI_KERNEL) {
    const int access = swiftmalloc_context_operand(context, &current.address);
    current.has_address = access >= 0;
    current.access = access > 0 ? access : SWIFTMALLOC_ACCESS_UNKNOWN;
    return;
  }
  current.address = (uintptr_t)information->si_addr;
  current.has_address = 1;
  current.access = number == SIGBUS ? SWIFTMALLOC_ACCESS_UNKNOWN : swiftmalloc_context_access(context);
}

static void report(void *unused) {
  (void)unused;
  report_crash(&current);
}

void swiftmalloc_crash_by(int number, siginfo_t *information, void *context, int is_explained) {
  const uint64_t process = (uint64_t)call(SYS_getpid, 0, 0, 0, 0);
  const uint64_t own = process << 32 | (uint64_t)call(SYS_gettid, 0, 0, 0, 0);
  uint64_t other = __atomic_load_n(&reporter, __ATOMIC_ACQUIRE);
  // A child of fork has its parent's word.
  while (report_crash && other >> 32 != process &&
         !__atomic_compare_exchange_n(&reporter, &other, own, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
  }
  if (!report_crash) return swiftmalloc_end_by_signal(number, information);
  static int64_t own_time;
  if (other == own) {
    if (information->si_code != SI_TIMER || !gets_on((int)own, &own_time)) end_now();
    swiftmalloc_send_later(0, 0);
    return swiftmalloc_send_later(number, PATIENCE);
  }
  if (other >> 32 == process) {
    int64_t time = processor_time((int)other);
    do swiftmalloc_pause(2 * PATIENCE);
    while (gets_on((int)other, &time));
    return swiftmalloc_end_by_signal(number, information);
  }
  was_told = is_explained;
  describe(number, information, context, is_explained);
  // The program's handlers are no use any more: they let us know of this signal, or it would not be here.
  for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++) {
    swiftmalloc_install_handler(fatal[index]);
    block(fatal[index], SIG_UNBLOCK);
  }
  first_time = own_time = processor_time((int)own);
  swiftmalloc_send_later(number, PATIENCE);
  swiftmalloc_report_on_large_stack(report, NULL);
  if (!was_told) tell_crash(&current);
  swiftmalloc_send_later(0, 0);
  swiftmalloc_end_by_signal(number, information);
}
