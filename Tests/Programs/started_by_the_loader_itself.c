// Proves that the library works in a program that is an argument of its loader (`ld-linux-x86-64.so.2 ./program`), as bundles start
// theirs: musl leaves in place what the kernel tells then, which is where the loader's headers are.
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_PROFILE={TMP}/profile SWIFTMALLOC_PROFILE_INTERVAL=1000
#include "check.h"
#include "workout.h"
#include <link.h>
#include <unistd.h>

static int find_loader(struct dl_phdr_info *object, size_t size, void *path) {
    (void)size;
    for (int index = 0; index < object->dlpi_phnum; index++)
        if (object->dlpi_phdr[index].p_type == PT_INTERP) *(const char **)path = (const char *)object->dlpi_addr + object->dlpi_phdr[index].p_vaddr;
    return 1;
}

int main(int count, char **arguments) {
    (void)arguments;
    if (count == 1) {
        const char *loader = NULL;
        dl_iterate_phdr(find_loader, &loader);
        if (!loader) SKIP("a static program has no loader");
        char program[4096];
        ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
        CHECK(length > 0, "/proc/self/exe");
        program[length] = 0;
        execl(loader, loader, program, "inside", (char *)NULL);
        CHECK(0, "exec failed");
    }
    workout(1, 20000);
    return 0;
}
