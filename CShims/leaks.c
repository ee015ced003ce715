// The body of leaks.h, and the functions that end a process. A frame of each function here holds the registers of its caller
// (__builtin_unwind_init), so that pointers in them are found on the stack.

#define _GNU_SOURCE
#include "counters.h"
#include "leaks.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "exit.h"
#include "libc.h"
#include "libc/c_library.h"
#include "names_taken.h"
#include "public_name.h"
#include "quiet.h"
#include "swiftmalloc.h"
#include "system_call.h"
#include "unwinder.h"

static int (*exit_check)(int, uintptr_t);
static size_t (*demand_check)(uintptr_t);
static int (*told_check)(uintptr_t, int);

static __attribute__((noinline)) int check_now(int status) {
  __builtin_unwind_init();
  const uintptr_t end = swiftmalloc_stack_pointer();
  return exit_check ? exit_check(status, end) : status;
}

// Only the streams' buffers are written later.
static void at_very_end(int status) {
  swiftmalloc_libraries_have_ended();
  int wanted = check_now(status);
  if (wanted == status) return;
  swiftmalloc_flush_streams();
  swiftmalloc_end_process(wanted);
}

// The last one of this library.
__attribute__((destructor(101))) static void destruct_last(void) {
  if (exit_check) swiftmalloc_c_library()->at_very_end(at_very_end);
}

int swiftmalloc_check_in_handler(void) { return check_now(0); }

static void (*quick_end)(void);

void swiftmalloc_at_quick_end(void (*end)(void)) { quick_end = end; }

// quick_exit ends with the C library's own _exit, which is ours in a static program.
static void end_before_quick_exit(void) {
  void (*end)(void) = quick_end;
  quick_end = NULL;
  if (end) end();
}

void swiftmalloc_watch_quick_exit(void) {
  if (quick_end) swiftmalloc_c_library()->at_quick_exit(end_before_quick_exit);
}

static void at_quick_end(void) {
  // The status is not told; it only changes when leaks have one of their own.
  int wanted = check_now(-1);
  if (wanted == -1) return;
  if (quick_end) quick_end();
  swiftmalloc_end_process(wanted);
}

void swiftmalloc_check_at_exit(int (*check)(int, uintptr_t)) {
  exit_check = check;
  // Handlers run in the reverse order: the program's own come first.
  swiftmalloc_c_library()->at_quick_exit(at_quick_end);
}

// The C library's exit does not come here.
SWIFTMALLOC_PUBLIC __attribute__((noreturn)) void _exit(int status) {
  int wanted = check_now(status);
  if (quick_end) quick_end();
  swiftmalloc_end_process(wanted);
}

SWIFTMALLOC_PUBLIC __attribute__((noreturn, alias("_exit"))) void _Exit(int status);

void swiftmalloc_check_no_more(void) {
  exit_check = NULL;
  told_check = NULL;
  demand_check = NULL;
}

void swiftmalloc_check_on_demand(size_t (*check)(uintptr_t)) { demand_check = check; }

SWIFTMALLOC_PUBLIC size_t swiftmalloc_check_leaks(void) {
  if (!demand_check) return 0;
  __builtin_unwind_init();
  const uintptr_t end = swiftmalloc_stack_pointer();
  return demand_check(end);
}

void swiftmalloc_check_when_told(int (*check)(uintptr_t, int)) { told_check = check; }

int swiftmalloc_check_lost(int is_final) {
  if (!told_check) return 0;
  __builtin_unwind_init();
  const uintptr_t end = swiftmalloc_stack_pointer();
  return told_check(end, is_final);
}

void swiftmalloc_end_quickly(int status) {
  if (quick_end) quick_end();
  swiftmalloc_end_process(status);
}

static sem_t requests;

static void on_request(int number) {
  (void)number;
  const int saved = errno;
  sem_post(&requests);
  errno = saved;
}

static int server;  // the thread that serves them

int swiftmalloc_is_check_by_signal(void) { return server == swiftmalloc_thread_id(); }

static void *serve_requests(void *unused) {
  (void)unused;
  server = swiftmalloc_thread_id();
  for (;;)
    if (sem_wait(&requests) == 0) swiftmalloc_check_leaks();
  return NULL;
}

int swiftmalloc_check_on_signal(int number) {
  sem_init(&requests, 0, 0);
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t every, before;
  sigfillset(&every);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  // The program's signals are not for this thread.
  pthread_sigmask(SIG_SETMASK, &every, &before);
  int error = pthread_create(&thread, &attributes, serve_requests, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (error) return error;
  pthread_setname_np(thread, "swiftmalloc");
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_request;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  return sigaction(number, &action, NULL) ? errno : 0;
}

int swiftmalloc_is_terminal(int descriptor) {
  _Alignas(8) char settings[64];  // the kernel's struct termios
  return swiftmalloc_system_call(SYS_ioctl, descriptor, TCGETS, (intptr_t)settings, 0, 0, 0) == 0;
}
