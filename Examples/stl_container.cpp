// Containers of C++ over a heap: by a memory resource, and by an allocator. They end with the heap, all at once.
// prints: 1000 numbers, 3 words, all in the heap: 1
// prints: a full heap throws std::bad_alloc

#include <cstdio>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "swiftmalloc_heap.hpp"

int main() {
  swiftmalloc::heap heap({.name = "containers", .limit = 1 << 20, .flags = SWIFTMALLOC_HEAP_LOCAL});

  std::pmr::vector<int> numbers(&heap);
  for (int i = 0; i < 1000; i++) numbers.push_back(i);
  std::pmr::map<int, std::pmr::string> words(&heap);
  for (int i = 0; i < 3; i++) words[i] = "a word that is too long to lie in the string itself";
  std::list<int, swiftmalloc::allocator<int>> list(heap);
  list.push_back(1);

  bool is_inside = swiftmalloc_heap_of(numbers.data()) == heap.get() &&
                   swiftmalloc_heap_of(words[2].data()) == heap.get();
  std::printf("%zu numbers, %zu words, all in the heap: %d\n", numbers.size(), words.size(), is_inside);

  try {
    numbers.resize(1 << 20);
  } catch (const std::bad_alloc &) {
    std::puts("a full heap throws std::bad_alloc");
  }
  return 0;
}
