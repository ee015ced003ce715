# Sourced by run.sh, after heap.sh: two objects that hold each other, and what else holds them. `cycles` must see that, and what nothing holds.

cat >"$area/held.cpp" <<'CXX'
#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
struct Ring { Ring *next; virtual ~Ring() {} };
__attribute__((noinline)) static Ring *ring() {
  auto one = new Ring, other = new Ring;
  one->next = other;
  other->next = one;
  return one;
}
// What calls left on the stack may still lead to objects.
__attribute__((noinline)) static void overwriteStack() {
  volatile char bytes[32768];
  memset((void *)bytes, 0, sizeof bytes);
}
[[noreturn]] static void ready() {
  overwriteStack();
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
static const size_t size = 1 << 16, much = 256 << 20;
static void *memory(int flags, int file = -1, size_t bytes = size) {
  return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
}
static ucontext_t mainPlace, waiting, running;
static void waits() {
  Ring *volatile held = ring();
  swapcontext(&waiting, &mainPlace);
  printf("%p", held->next);
}
static void start(ucontext_t &place, void *stack, void (*function)()) {
  getcontext(&place);
  place.uc_stack.ss_sp = stack;
  place.uc_stack.ss_size = size;
  makecontext(&place, function, 0);
}
static void *goesOn(void *) { ready(); }
int main(int count, char **arguments) {
  const char *place = count > 1 ? arguments[1] : "nothing";
  void *held = memory(MAP_PRIVATE | MAP_ANONYMOUS);
  if (!strcmp(place, "protected")) {
    *(Ring **)held = ring();
    mprotect(held, size, PROT_NONE);
  } else if (!strcmp(place, "file")) {
    int file = fileno(tmpfile());
    if (ftruncate(file, size)) return 1;
    held = memory(MAP_PRIVATE, file);
    *(Ring **)held = ring();
    mprotect(held, size, PROT_READ);
  } else if (!strcmp(place, "shared")) {
    held = memory(MAP_SHARED | MAP_ANONYMOUS, -1, much);
    ((Ring **)held)[much / 16] = ring();
  } else if (!strcmp(place, "coroutine")) {
    // The stack that runs lies above the one that waits, with one inaccessible page below both.
    char *stacks = (char *)memory(MAP_PRIVATE | MAP_ANONYMOUS, -1, 3 * size);
    mprotect(stacks, size, PROT_NONE);
    start(waiting, stacks + size, waits);
    swapcontext(&mainPlace, &waiting);
    start(running, stacks + 2 * size, ready);
    setcontext(&running);
  } else {
    ring();
  }
  if (strcmp(place, "thread")) ready();
  pthread_t thread;
  pthread_create(&thread, nullptr, goesOn, nullptr);
  pthread_exit(nullptr);
}
CXX
g++ -O1 -o "$area/held" "$area/held.cpp" -pthread || exit 2
# has_held PLACE [K=V…]: starts the program so.
has_held() {
  local place=$1
  printf '#!/bin/sh\nexec "%s/held" %s\n' "$area" "$place" >"$area/holds_$place" && chmod +x "$area/holds_$place"
  starts "holds_$place" "${@:2}"
}
held_by() { has_held "$1" && ends 0 cycles "$process" && prints '^process [0-9]+: no retain cycles'; }
lost_by() {
  has_held "$@" && ends 0 cycles "$process" && prints '^process [0-9]+: 1 possible retain cycle that' \
    '^possible retain cycle: Ring\+8 \(may hold\) → Ring\+8 \(may hold\) → Ring$'
}
check "memory that the program may not read at present holds objects" held_by protected
check "a private page of a file that is read-only now holds objects" held_by file
check "a coroutine that waits below the stack of another one holds objects" held_by coroutine
check "what nothing holds is a cycle" lost_by nothing
check "a process whose first thread has ended is read" lost_by thread
# Most blocks are guarded; what the library keeps of them holds none.
check "records of guarded blocks hold nothing" lost_by nothing SWIFTMALLOC_GUARD_SAMPLE=16
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$process/status"; }
unharmed() {
  held_by shared || return 1
  [ "$(resident)" -lt 65536 ] || { echo "$(resident) KiB are resident"; return 1; }
}
check "a look makes no page of shared memory" unharmed
copies() {
  cp dist/libswiftmalloc.so "$area/other.so"
  g++ -O1 -o "$area/linked" "$area/held.cpp" "$area/other.so" -pthread && starts linked &&
    ends 0 cycles "$process" && prints '^process [0-9]+: 1 possible retain cycle that'
}
check "of two copies of the library the one that serves is read" copies
