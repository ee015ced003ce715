// The body of loader.h.

#define _GNU_SOURCE
#include "loader.h"

#include <link.h>
#include <signal.h>
#include <sys/wait.h>

#include "dynamic.h"
#include "fork.h"
#include "quiet.h"
#include "system_call.h"
#include "task.h"

static int stop_at_first(struct dl_phdr_info *object, size_t size, void *context) {
  (void)object, (void)size, (void)context;
  return 1;
}

static _Noreturn void try_all(void) {
  Dl_info information;
  dl_iterate_phdr(stop_at_first, NULL);
  swiftmalloc_dladdr((void *)swiftmalloc_is_loader_free, &information);
  swiftmalloc_pass_streams();
  swiftmalloc_end_process(0);
}

int swiftmalloc_is_loader_free(int milliseconds) {
  enum { LONGEST = 10000 };
  const int child = swiftmalloc_fork_quietly();
  if (child < 0) return 1;
  if (child == 0) try_all();
  int status = 0;
  intptr_t ended = 0;
  // On a busy machine the child may not have run yet: what counts is how long it sleeps.
  for (int looks = 0; looks < milliseconds + LONGEST && milliseconds > 0 && ended == 0; looks++) {
    ended = swiftmalloc_system_call(SYS_wait4, child, (intptr_t)&status, (int)(WNOHANG | __WALL), 0, 0, 0);
    if (ended != 0) break;
    swiftmalloc_pause(1);
    if (!swiftmalloc_is_running(child)) milliseconds--;
  }
  if (ended != 0) return 1;
  swiftmalloc_system_call(SYS_kill, child, SIGKILL, 0, 0, 0, 0);
  swiftmalloc_wait_quietly(child);
  return 0;
}

// Most often written by a process of one thread, or while the others stand still. A child that has threads before anybody
// asks may take a lock that one of them holds just then for one that is held for ever: its reports have no names then.
static enum { FREE, DOUBTFUL, HELD } state;

void swiftmalloc_do_without_loader(void) { state = HELD; }

void swiftmalloc_doubt_loader(void) {
  if (state == FREE) state = DOUBTFUL;
}

int swiftmalloc_is_loader_doubtful(void) { return state == DOUBTFUL; }

int swiftmalloc_is_loader_held(void) {
  enum { PATIENCE = 100 };
  if (state == DOUBTFUL) state = swiftmalloc_is_loader_free(PATIENCE) ? FREE : HELD;
  return state == HELD;
}
