// Proves that when the process has all mappings the system allows, allocation works or gives null with ENOMEM, free works,
// and everything works again afterwards.
// expect: exit 0
// also: DEBUG=1 LIVE=1
#include <sys/mman.h>
#include "workout.h"

int main(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = 200000, used;
    static void *kept[3000], *more[400];
    for (size_t i = 0; i < 3000; i++) kept[i] = malloc(i * 100 + 1);
    char *area = mmap(NULL, pages * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(area != MAP_FAILED, "no area");
    for (used = 0; used < pages; used += 2)
        if (mprotect(area + used * page, page, PROT_READ) != 0) break;
    if (used >= pages) SKIP("this system allows more than %zu mappings", pages);
    for (size_t i = 0; i < 400; i++) {
        errno = 0;
        more[i] = malloc(i * i * 50);
        CHECK(more[i] != NULL || errno == ENOMEM, "null without ENOMEM for size %zu", i * i * 50);
        if (more[i]) fill(more[i], i * i * 50, 1);
    }
    for (int i = 0; i < 3000; i++) free(kept[i]);
    for (int i = 0; i < 400; i++) free(more[i]);
    malloc_trim(0);
    munmap(area, pages * page);
    workout(1, 5000);
    return 0;
}
