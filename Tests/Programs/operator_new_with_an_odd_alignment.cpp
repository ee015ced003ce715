// Proves that operator new gives null or bad_alloc, as GCC's C++ library does, for an alignment that is no power of two, without
// a new-handler being asked; that aligned_alloc and memalign round it up and the sized free accepts what they were told; and that
// such blocks are whole and can be freed, in every mode.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// env: SWIFTMALLOC_LEAKS=1
// link: -ldl
// also: DEBUG=1 LIVE=1
#include <malloc.h>
#include <new>
#include "debug.h"

static int handled;

static void handler() {
    handled++;
    std::set_new_handler(nullptr);
}

static bool throws(void *(*make)(size_t, std::align_val_t), size_t size, size_t alignment) {
    try {
        make(size, std::align_val_t(alignment));
    } catch (const std::bad_alloc &) {
        return true;
    }
    return false;
}

static void whole(void *block, size_t size, size_t alignment) {
    size_t rounded = 16;
    while (rounded < alignment) rounded *= 2;
    CHECK(block && (uintptr_t)block % rounded == 0, "alignment %zu: %p", alignment, block);
    memset(block, 7, size);
}

int main(void) {
    size_t alignments[] = {3, 24, 48, 63, 96, 1000, 5000, 100000}, sizes[] = {0, 1, 32, 5000, 20000, 3 * MIB};
    for (size_t alignment : alignments)
        for (size_t size : sizes) {
            auto value = std::align_val_t(alignment);
            if (alignment > 16) {
                CHECK(!operator new(size, value, std::nothrow), "operator new(%zu, %zu)", size, alignment);
                CHECK(!operator new[](size, value, std::nothrow), "operator new[](%zu, %zu)", size, alignment);
                std::set_new_handler(handler);
                CHECK(throws(operator new, size, alignment), "operator new(%zu, %zu) throws", size, alignment);
                CHECK(throws(operator new[], size, alignment), "operator new[](%zu, %zu) throws", size, alignment);
                CHECK(handled == 0, "the handler was asked for alignment %zu", alignment);
                std::set_new_handler(nullptr);
            } else {
                void *block = operator new(size, value, std::nothrow), *array = operator new[](size, value);
                whole(block, size, alignment), whole(array, size, alignment);
                operator delete(block, value), operator delete[](array, value);
            }
            operator delete(nullptr, value), operator delete[](nullptr, value);
            void *block = aligned_alloc(alignment, size), *other = memalign(alignment, size), *none = NULL;
            whole(block, size, alignment), whole(other, size, alignment);
            CHECK(posix_memalign(&none, alignment, size) == EINVAL && !none, "posix_memalign(%zu)", alignment);
            freeAlignedSized(block, alignment, size);
            free(other);
        }
    return 0;
}
