// Replaces operator new and delete, as C++ allows; they call malloc and free.
#include <cstdio>
#include <cstdlib>
#include <new>

static int news, deletes;

void *operator new(std::size_t size) {
  news++;
  return std::malloc(size);
}
void operator delete(void *block) noexcept {
  deletes++;
  std::free(block);
}
void operator delete(void *block, std::size_t) noexcept { operator delete(block); }

int main() {
  delete new long(1);
  std::printf("%d by its own new, %d by its own delete\n", news, deletes);
}
