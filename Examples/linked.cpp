// The allocator linked into a C++ program: nothing is preloaded.
// prints: a block of the process' heap: true
// prints: 100000 words in a map
// prints: an exception passes
// link: object static static-pie
// run: SWIFTMALLOC_STATS=1 $program
// reports: production

#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "swiftmalloc.h"

static void note(uintptr_t, size_t, void *found) { *static_cast<bool *>(found) = true; }

int main() {
  auto object = std::make_unique<std::string>(1000, 'x');
  bool isThere = false;
  malloc_iterate(reinterpret_cast<uintptr_t>(object.get()), 1, note, &isThere);
  std::printf("a block of the process' heap: %s\n", isThere ? "true" : "false");
  std::map<int, std::string> words;
  for (int i = 0; i < 100000; i++) words[i] = "the word of the number " + std::to_string(i);
  std::printf("%zu words in a map\n", words.size());
  try {
    throw std::runtime_error("an exception passes");
  } catch (const std::exception &exception) {
    std::puts(exception.what());
  }
}
