// Proves that a heap on huge pages gets them for small blocks, too: what it commits is whole huge pages, before the
// program touches any of it.
// expect: exit 0
// stderr-none
// timeout: 20
// link: {LIBRARY}
#include "heap.h"

// Kilobytes of huge pages in the mapping that holds the address.
static long huge_pages(const void *address) {
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    unsigned long start, end;
    long found = 0, kilobytes;
    int isIt = 0;
    while (fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2) isIt = start <= (unsigned long)address && (unsigned long)address < end;
        else if (isIt && sscanf(line, "AnonHugePages: %ld", &kilobytes) == 1) found = kilobytes;
    }
    fclose(maps);
    return found;
}

static int system_has_them(void) {
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    char text[64] = "";
    if (!file) return 0;
    char *read = fgets(text, sizeof text, file);
    fclose(file);
    return read && !strstr(text, "[never]");
}

static long kilobytes_of(unsigned flags) {
    swiftmalloc_heap *own = heap(flags, "table", 0);
    char *block = NULL;
    for (int i = 0; i < 4000; i++) memset(block = swiftmalloc_heap_malloc(own, 1000), 1, 1000);
    long found = huge_pages(block);
    swiftmalloc_heap_destroy(own);
    return found;
}

int main(void) {
    const unsigned kinds[] = {SWIFTMALLOC_HEAP_LOCAL, 0, SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_BUMP};
    for (int i = 0; i < 3; i++) {
        long some = kilobytes_of(kinds[i] | SWIFTMALLOC_HEAP_HUGE_PAGES);
        CHECK(!system_has_them() || some >= 2048, "no huge pages");
    }
    return 0;
}
