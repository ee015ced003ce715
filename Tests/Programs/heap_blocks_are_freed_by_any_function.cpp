// Proves that free, delete, free_sized and the heap's own free take the blocks of a heap; and that a chosen heap's new is told from malloc.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
// link: {LIBRARY}
#include <new>
#include <memory_resource>
#include <vector>
extern "C" {
#include "check.h"
}
#include "../../CShims/include/swiftmalloc_heap.hpp"

int main() {
    for (unsigned flags : {0u, SWIFTMALLOC_HEAP_LOCAL, SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP}) {
        swiftmalloc::heap heap({"any", 0, flags});
        for (int i = 0; i < 2000; i++) {
            size_t size = 16 + i * 37 % 3000;
            auto block = [&] { return hide(swiftmalloc_heap_malloc(heap.get(), size)); };
            free(block());
            ::operator delete(block());
            ::operator delete(block(), size);
            ::operator delete[](block());
            swiftmalloc_heap_free(heap.get(), block());
            swiftmalloc_heap_free(heap.get(), nullptr);
            swiftmalloc_heap *before = swiftmalloc_heap_set_current(heap.get());
            delete[] new char[size];
            delete new int(3);
            free(hide(malloc(size)));
            swiftmalloc_heap_set_current(before);
        }
        std::pmr::vector<int> numbers(&heap);
        for (int i = 0; i < 100000; i++) numbers.push_back(i);
        CHECK(swiftmalloc_heap_of(numbers.data()) == heap.get(), "not in the heap");
    }
    return 0;
}
