// Proves that where a sanitizer is there as a library, calls of LeakSanitizer's interface go on to it and nothing breaks: blocks
// are ours then, as we come first.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: the program has a sanitizer's allocator of its own;
// stderr-count: 1
// link: -fsanitize=leak
// env: LSAN_OPTIONS=exitcode=0
// env-all: LSAN_OPTIONS=exitcode=0 SWIFTMALLOC_DEBUG=1
#include "leak.h"

void __lsan_disable(void);
void __lsan_enable(void);
void __lsan_ignore_object(const void *);
void __lsan_register_root_region(const void *, size_t);
void __lsan_unregister_root_region(const void *, size_t);
int __lsan_do_recoverable_leak_check(void);
int __sanitizer_get_ownership(const volatile void *);
size_t __sanitizer_get_allocated_size(const volatile void *);

int main(void) {
    __lsan_disable();
    void *block = malloc(100);
    __lsan_enable();
    __lsan_ignore_object(block);
    // The sanitizer ends a process that takes back a region that it was not told of.
    __lsan_register_root_region(block, 100);
    __lsan_unregister_root_region(block, 100);
    CHECK(__sanitizer_get_ownership(block) && __sanitizer_get_allocated_size(block) >= 100, "a block of ours");
    CHECK(__lsan_do_recoverable_leak_check() == 0, "leaks");
    free(block);
    return 0;
}
