// The body of helper.h.

#define _GNU_SOURCE
#include "helper.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#include "counters.h"
#include "loader.h"
#include "system_call.h"

static pthread_t helper;
static void (*helper_body)(void);

static void *run(void *unused) {
  // No sandbox is to end the program for this: it makes no other system calls than the heap does, but where it counts.
  if (swiftmalloc_live_is_on())
    swiftmalloc_system_call(SYS_prctl, PR_SET_NAME, (intptr_t) "swiftmalloc", 0, 0, 0, 0);
  helper_body();
  return unused;
}

// Bytes of the thread-local variables of the program and of each library, at most.
static int add_thread_local(struct dl_phdr_info *module, size_t size, void *sum) {
  (void)size;
  for (size_t index = 0; index < module->dlpi_phnum; index++)
    if (module->dlpi_phdr[index].p_type == PT_TLS)
      *(size_t *)sum += module->dlpi_phdr[index].p_memsz + module->dlpi_phdr[index].p_align;
  return 0;
}

// The stack holds them, too, with some kilobytes for libraries that come later. The C library takes a stack on which nothing else has
// room; its own signal for setuid needs up to 12 KiB where the processor has long registers.
static int create(void) {
  enum { ROOM = 64 << 10 };
  size_t thread_local = 0;
  // Without asking, room for what hardly any program has: untouched, it takes no memory.
  if (swiftmalloc_is_loader_doubtful()) thread_local = 1 << 20;
  else dl_iterate_phdr(add_thread_local, &thread_local);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  // The least that the C library takes is 16 KiB on x86-64, and on AArch64 128 KiB or more.
  size_t room = ROOM;
  int error;
  do error = pthread_attr_setstacksize(&attributes, (room + thread_local + 4095) & ~(size_t)4095);
  while (error == EINVAL && (room *= 2) <= 16 * ROOM);
  if (!error) error = pthread_create(&helper, &attributes, run, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

// What the C library takes and frees for our thread is none of the program's: the calling thread counts it in a row that nobody
// reads. No handler counts meanwhile, and one thread at a time is here.
static int uncounted(int (*function)(void)) {
  static struct {
    struct swiftmalloc_live_thread row;
    struct swiftmalloc_live_class classes[SWIFTMALLOC_LIVE_CLASSES];
  } unread;
  struct swiftmalloc_live_thread *row = swiftmalloc_own_row();
  sigset_t every, open;
  // The two signals that the C library keeps for itself stay open: setuid in all threads waits for an answer.
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &open);
  if (swiftmalloc_live_is_on()) swiftmalloc_set_own_row(&unread.row);
  int result = function();
  swiftmalloc_set_own_row(row);
  pthread_sigmask(SIG_SETMASK, &open, NULL);
  return result;
}

int swiftmalloc_start_helper(void (*body)(void)) {
  const int saved = errno;
  helper_body = body;
  int error = uncounted(create);
  errno = saved;
  return error;
}

static int join(void) { return pthread_join(helper, NULL); }

void swiftmalloc_join_helper(void) { uncounted(join); }
