// Proves that a line leak:type:PATTERN suppresses blocks by their type, whoever allocated them, and what only they lead to.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 32 bytes in 1 block$
// report: ^Direct leak of 32 byte\(s\) in 1 object\(s\) of app::Other (allocated|of up to)
// report: ^  suppressed: 124 bytes in 3 blocks$
// report: ^  48 bytes in 2 blocks by leak:type:.*Handler
// report: ^  76 bytes in 1 block behind these$
// report-not: by leak:(Other|app)
// arguments: TEXT=0 TEXT=1 TEXT=2 TEXT=3
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_FRAMES=0
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind loses sight of a process that starts itself once more
#include "leak.h"

ARGUMENT(int, TEXT)

namespace app {
struct Handler {
  virtual ~Handler() = default;
  void *text = hide(malloc(76));
  long number = 1;
};
struct Small {
  virtual ~Small() = default;
};
struct Other : Small {
  long numbers[3] = {};
};
} // namespace app

HELPER void loseAll(void) {
  hide(new app::Handler);
  auto *handler = (app::Handler *)hide(new app::Handler);
  free(handler->text);
  hide(new app::Other);
}

int main(void) {
  const char *texts[] = {
      "leak:type:app::Handler\n", "leak:type:^app::Handler$\nleak:type:nothing\n", "leak:type:*Handler\nleak:Other",
      "# types\nleak:nowhere\nleak:type:type:\nleak:type:Handler\n",
  };
  startWithFile("SWIFTMALLOC_SUPPRESSIONS", texts[TEXT]);
  away(loseAll);
  return 0;
}
