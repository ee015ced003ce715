// All other threads of the process stand still: stop.h. The signal is 33, one of the two that the C library keeps
// for itself: its functions let no program block it. Each of ours carries a number, so that the library's own use (setuid
// in all threads) is told apart and passed on.
//
//   stop     round is odd; to each thread of /proc/self/task a signal with round and place; wait for all answers
//   handler  inside += 1; its registers' address into the place; sleep until the round is over; inside -= 1
//   resume   round is even; wake all; wait until nobody is inside

#define _GNU_SOURCE
#include "stop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "futex_word.h"
#include "quiet.h"
#include "signals.h"
#include "system_call.h"
#include "task.h"
#include "unwinder.h"

enum { STOP_SIGNAL = 33, PLACES = 2 * SWIFTMALLOC_THREAD_LIMIT };

static struct swiftmalloc_signal_action previous;
static struct swiftmalloc_stopped_thread *all;
static uint32_t *places;  // where a thread id is in `all`, plus one, by hash
static int thread_count;
static uint32_t round_number, stopped_count, inside_count;
static uintptr_t stopper_pointers[SWIFTMALLOC_KERNEL_POINTERS];
static int64_t stop_end, stop_length;  // when threads go on by themselves, in microseconds
static int stopper;                    // the thread that stopped the others

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

static void leave_handler(void) {
  __atomic_sub_fetch(&inside_count, 1, __ATOMIC_SEQ_CST);
  swiftmalloc_wake_all(&inside_count);
}

// Whether the thread is to stand still: until the round is over, or the time. Beyond that, too, while the thread that
// stopped it has something to do: one that waits for a lock, which a thread that stands still may hold, sleeps.
static int stands(uint32_t round) {
  if (__atomic_load_n(&round_number, __ATOMIC_SEQ_CST) != round) return 0;
  if (swiftmalloc_sleep_until(&round_number, round, __atomic_load_n(&stop_end, __ATOMIC_RELAXED))) return 1;
  if (!swiftmalloc_is_running(stopper)) return 0;
  __atomic_store_n(&stop_end, swiftmalloc_microseconds() + stop_length, __ATOMIC_RELAXED);
  return 1;
}

static void on_stop(int number, siginfo_t *information, void *context) {
  __atomic_add_fetch(&inside_count, 1, __ATOMIC_SEQ_CST);
  const uint64_t value = (uint64_t)(uintptr_t)information->si_value.sival_ptr;
  const uint32_t round = (uint32_t)(value >> 32);
  if (information->si_code != SI_QUEUE || !(round & 1)) {
    leave_handler();
    if ((uintptr_t)previous.handler > 1) previous.handler(number, information, context);
    return;
  }
  if (round != __atomic_load_n(&round_number, __ATOMIC_SEQ_CST)) {
    leave_handler();
    return;
  }
  struct swiftmalloc_stopped_thread *thread = &all[(uint32_t)value];
  const ucontext_t *registers = context;
  struct swiftmalloc_frame frame;
  swiftmalloc_context_frame(context, &frame);
  thread->stack_pointer = frame.sp;
  thread->thread_pointer = swiftmalloc_thread_pointer();
  swiftmalloc_ask_kernel_pointers(thread->kernel_pointers);
  // As it was before this handler: it may be out of use while one runs on it (SS_AUTODISARM).
  thread->kernel_pointers[0] = (uintptr_t)registers->uc_stack.ss_sp;
  thread->registers = &registers->uc_mcontext;
  thread->register_bytes = sizeof registers->uc_mcontext;
  __atomic_store_n(&thread->is_stopped, 1, __ATOMIC_RELEASE);
  __atomic_add_fetch(&stopped_count, 1, __ATOMIC_SEQ_CST);
  swiftmalloc_wake_all(&stopped_count);
  while (stands(round)) {
  }
  leave_handler();
}

static int install(void) {
  struct swiftmalloc_signal_action old;
  if (swiftmalloc_handle_signal(STOP_SIGNAL, on_stop, SA_RESTART, &old) != 0) return 0;
  if (old.handler != on_stop) previous = old;
  return 1;
}

// The place of a thread id, or of the hole that it would fill.
static uint32_t *place_of(int id) {
  uint32_t place = (uint32_t)id * 0x9e3779b1u >> 13;
  while (places[place % PLACES] && all[places[place % PLACES] - 1].id != id) place++;
  return &places[place % PLACES];
}

static void send(int process, int index) {
  siginfo_t information = {.si_code = SI_QUEUE};
  information.si_pid = process;
  information.si_value.sival_ptr = (void *)(uintptr_t)((uint64_t)round_number << 32 | (uint32_t)index);
  const intptr_t error = call(SYS_rt_tgsigqueueinfo, process, all[index].id, STOP_SIGNAL, (intptr_t)&information);
  if (error == 0) return;
  // It may have ended since: then there is nothing to stop. Otherwise the system refuses.
  if (error == -ESRCH) all[index].is_stopped = -1;
  all[index].ignores_signal = 1;
  __atomic_add_fetch(&stopped_count, 1, __ATOMIC_SEQ_CST);
}

// Sends the signal to all threads that were not met before; how many there were, -1 without /proc.
static int send_to_new(int process, int own) {
  int folder = (int)call(SYS_openat, AT_FDCWD, (intptr_t)"/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (folder < 0) return -1;
  _Alignas(8) char entries[4096];
  int found = 0;
  intptr_t length;
  while ((length = call(SYS_getdents64, folder, (intptr_t)entries, sizeof entries, 0)) > 0) {
    for (intptr_t at = 0; at < length; at += ((struct dirent64 *)(entries + at))->d_reclen) {
      const char *name = ((struct dirent64 *)(entries + at))->d_name;
      int id = 0;
      while (*name >= '0' && *name <= '9') id = id * 10 + (*name++ - '0');
      if (id == 0 || id == own || thread_count == SWIFTMALLOC_THREAD_LIMIT) continue;
      uint32_t *place = place_of(id);
      if (*place) continue;
      all[thread_count].id = id;
      *place = (uint32_t)++thread_count;
      found++;
      send(process, thread_count - 1);
    }
  }
  call(SYS_close, folder, 0, 0, 0);
  return length < 0 ? -1 : found;
}

// Counts those that need not be waited for as if they had answered.
static void give_up_ignoring(void) {
  for (int index = 0; index < thread_count; index++) {
    int has_ended = 0;
    if (__atomic_load_n(&all[index].is_stopped, __ATOMIC_ACQUIRE) || all[index].ignores_signal ||
        !swiftmalloc_ignores_signal(all[index].id, STOP_SIGNAL, &has_ended))
      continue;
    all[index].ignores_signal = 1;
    if (has_ended) all[index].is_stopped = -1;
    __atomic_add_fetch(&stopped_count, 1, __ATOMIC_SEQ_CST);
  }
}

static int all_are_known(void) {
  for (int index = 0; index < thread_count; index++)
    if (!__atomic_load_n(&all[index].is_stopped, __ATOMIC_ACQUIRE) && !all[index].ignores_signal) return 0;
  return 1;
}

// On a busy machine a thread may not have run since. One that sleeps all the time does not answer: it blocks the
// signal.
static int some_are_about_to_answer(void) {
  for (int index = 0; index < thread_count; index++)
    if (!__atomic_load_n(&all[index].is_stopped, __ATOMIC_ACQUIRE) && !all[index].ignores_signal &&
        swiftmalloc_is_running(all[index].id))
      return 1;
  return 0;
}

// Waits until all have answered; 0 when the time is over.
static int wait_for_all(int64_t end) {
  enum { LOOK = 100000, LONGEST = 30000000 };
  const int64_t last_end = end + LONGEST;
  // A thread that was just made blocks all signals until it runs.
  int64_t patience = swiftmalloc_microseconds() + 30000;
  for (;;) {
    uint32_t stopped = __atomic_load_n(&stopped_count, __ATOMIC_SEQ_CST);
    // One that was given up may answer after all, and then counts twice.
    if (stopped >= (uint32_t)thread_count && all_are_known()) return 1;
    int64_t now = swiftmalloc_microseconds();
    if (now >= end) {
      if (now >= last_end || !some_are_about_to_answer()) return 0;
      end = now + LOOK;
    }
    if (now >= patience) {
      give_up_ignoring();
      patience = now + 30000;
      continue;
    }
    swiftmalloc_sleep_until(&stopped_count, stopped, patience < end ? patience : end);
  }
}

size_t swiftmalloc_stop_bytes(void) {
  return SWIFTMALLOC_THREAD_LIMIT * sizeof *all + PLACES * sizeof *places;
}

int swiftmalloc_stop_threads(void *memory, struct swiftmalloc_stopped_thread **threads, int milliseconds) {
  all = *threads = memory;  // zero
  places = (uint32_t *)(all + SWIFTMALLOC_THREAD_LIMIT);
  swiftmalloc_ask_kernel_pointers(stopper_pointers);
  thread_count = 0;
  stopped_count = 0;
  __atomic_store_n(&round_number, (round_number + 1) | 1, __ATOMIC_SEQ_CST);
  const int process = (int)call(SYS_getpid, 0, 0, 0, 0);
  stopper = (int)call(SYS_gettid, 0, 0, 0, 0);
  if (!install()) return -1;
  const int64_t end = swiftmalloc_microseconds() + 1000000;
  stop_length = (int64_t)milliseconds * 1000;
  stop_end = end + stop_length;
  int found = send_to_new(process, stopper);
  // Those that still stand from the round before leave it, and stop again before anything else: the signal waits.
  swiftmalloc_wake_all(&round_number);
  // A thread that is made meanwhile is found by the next look; those that stand still make none.
  for (;;) {
    if (found < 0) return thread_count ? thread_count : -1;
    if (found == 0 || !wait_for_all(end)) return thread_count;
    found = send_to_new(process, stopper);
  }
}

const uintptr_t *swiftmalloc_kernel_pointers_of_stopper(void) { return stopper_pointers; }

int swiftmalloc_missed_threads(void) {
  int missed = 0;
  for (int index = 0; index < thread_count; index++) missed += all[index].is_stopped == 0;
  return missed;
}

void swiftmalloc_shorten_stop(int milliseconds) {
  stop_length = (int64_t)milliseconds * 1000;
  __atomic_store_n(&stop_end, swiftmalloc_microseconds() + stop_length, __ATOMIC_RELAXED);
  // They go to sleep again, for as long.
  swiftmalloc_wake_all(&round_number);
}

void swiftmalloc_resume_threads(void) {
  // While they stand still nobody changes it. The signal's default would end the process when a late one arrives; the C
  // library's own handler ignores it, and may have taken the place of ours.
  struct swiftmalloc_signal_action now;
  const int all_answered = swiftmalloc_missed_threads() == 0;
  if (call(SYS_rt_sigaction, STOP_SIGNAL, 0, (intptr_t)&now, 8) == 0 && now.handler == on_stop &&
      (all_answered || (uintptr_t)previous.handler > 1))
    call(SYS_rt_sigaction, STOP_SIGNAL, (intptr_t)&previous, 0, 8);
  __atomic_add_fetch(&round_number, 1, __ATOMIC_SEQ_CST);
  swiftmalloc_wake_all(&round_number);
  uint32_t inside;
  while ((inside = __atomic_load_n(&inside_count, __ATOMIC_SEQ_CST)) != 0)
    swiftmalloc_sleep_on(&inside_count, inside, NULL);
}
