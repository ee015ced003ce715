// Proves that LeakSanitizer's interface is there in every mode, and does nothing where leaks are not looked for, and that no name
// of AddressSanitizer is.
// stderr-none
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_STATS=0 SWIFTMALLOC_LIVE=1
#include "leak.h"

int main(void) {
    static const char *const plain[] = {"__lsan_enable", "__lsan_disable", "__lsan_do_leak_check", "swiftmalloc_leaks_disable",
                                        "swiftmalloc_leaks_enable", "swiftmalloc_do_leak_check"};
    for (size_t index = 0; index < sizeof plain / sizeof *plain; index++) ((void (*)(void))function(plain[index]))();
    CHECK(((int (*)(void))function("__lsan_do_recoverable_leak_check"))() == 0, "leaks");
    void *block = malloc(100);
    ((void (*)(const void *))function("__lsan_ignore_object"))(block);
    ((void (*)(const void *, size_t))function("__lsan_register_root_region"))(block, 100);
    ((void (*)(const void *, size_t))function("__lsan_unregister_root_region"))(block, 50);
    int (*owns)(const void *) = (int (*)(const void *))function("__sanitizer_get_ownership");
    size_t (*size)(const void *) = (size_t(*)(const void *))function("__sanitizer_get_allocated_size");
    CHECK(owns(block) && size(block) >= 100 && size(block) < 200, "%d, %zu", owns(block), size(block));
    CHECK(!owns(NULL) && !size(NULL) && !owns(&owns) && !size(&owns) && !owns((char *)block + 16), "what is no block");
    CHECK(((int (*)(void *, void *))function("__sanitizer_install_malloc_and_free_hooks"))(main, main) == 0, "hooks");
    CHECK(!dlsym(RTLD_DEFAULT, "__asan_init") && !dlsym(RTLD_DEFAULT, "__lsan_init"), "a sanitizer is there");
    free(block);
    CHECK(!owns(block), "a freed block");
    return 0;
}
