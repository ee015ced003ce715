// The body of exit.h.
//
//   exit(3)    destructors of the thread's thread-local objects ─ handlers of atexit, the last one first ─ streams ─ _exit
//              ours: registers a handler                          ours comes first: dup(2)

#define _GNU_SOURCE
#include "exit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash_report.h"
#include "file_calls.h"
#include "image.h"
#include "libc/c_library.h"
#include "quiet.h"

// Above the numbers that programs count on.
enum { LEAST_NUMBER = 10 };

static int kept = -1;
static struct stat kept_file;
static int is_kept_from_the_start;

static void keep(void) {
  if (kept >= 0 || swiftmalloc_file_status(STDERR_FILENO, &kept_file)) return;
  kept = (int)swiftmalloc_system_call(SYS_fcntl, STDERR_FILENO, F_DUPFD_CLOEXEC, LEAST_NUMBER, 0, 0, 0);
}

// A thread may also end without the process: then the handler waits for the exit.
static void on_thread_end(void *unused) {
  (void)unused;
  static int is_registered;
  if (!is_registered) atexit(keep);
  is_registered = 1;
}

void swiftmalloc_keep_standard_error(void) {
  const struct swiftmalloc_c_library *library = swiftmalloc_c_library();
  const int is_registered = library->at_thread_end && !library->at_thread_end(on_thread_end, NULL);
  // Not every static program has it.
  is_kept_from_the_start = !is_registered && swiftmalloc_is_static();
  if (is_kept_from_the_start) keep();
}

int swiftmalloc_standard_error(void) {
  struct stat file;
  // Since the start the program may have put a file of its own in its place.
  if (is_kept_from_the_start && !swiftmalloc_file_status(STDERR_FILENO, &file)) return STDERR_FILENO;
  // A handler may have closed it, and the number may be another file's by now.
  const int is_there = kept >= 0 && !swiftmalloc_file_status(kept, &file) && file.st_dev == kept_file.st_dev &&
                       file.st_ino == kept_file.st_ino;
  return is_there ? kept : STDERR_FILENO;
}

void swiftmalloc_flush_streams(void) { swiftmalloc_c_library()->flush_streams(); }

static int (*is_inside)(void);
static void (*end_by_signal)(void);
static siginfo_t first_signal;

static void on_end_signal(int number, siginfo_t *information, void *context) {
  (void)context;
  enum { AGAIN = 1, PATIENCE = 10000 };
  const int saved = errno;
  // The first one tells who sent it; the others are the timer's.
  if (information->si_code != SI_TIMER) first_signal = *information;
  swiftmalloc_send_later(0, 0);
  if (is_inside()) {
    swiftmalloc_send_later(number, AGAIN);
    errno = saved;
    return;
  }
  signal(number, SIG_DFL);
  swiftmalloc_send_later(number, PATIENCE);
  end_by_signal();
  swiftmalloc_send_later(0, 0);
  swiftmalloc_end_by_signal(number, &first_signal);
  // The first process of a container gets no signal without a handler: pid_namespaces(7).
  if (swiftmalloc_system_call(SYS_getpid, 0, 0, 0, 0, 0, 0) == 1) swiftmalloc_end_process(128 + number);
  errno = saved;
}

void swiftmalloc_watch_end_signals(int (*inside)(void), void (*end)(void)) {
  is_inside = inside;
  end_by_signal = end;
  static const int numbers[] = {SIGINT, SIGTERM};
  for (int index = 0; index < 2; index++) {
    struct sigaction action;
    if (sigaction(numbers[index], NULL, &action) || action.sa_flags & SA_SIGINFO || action.sa_handler != SIG_DFL) continue;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_end_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NODEFER;
    sigaction(numbers[index], &action, NULL);
  }
}
