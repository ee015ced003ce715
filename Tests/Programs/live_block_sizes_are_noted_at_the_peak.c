// Proves that with BLOCK_SIZES the published counters hold how many blocks of each size were live at the peak, to a sixty-fourth of it, also
// in a child of fork, which has a peak of its own; and that without it they do when a reader of the file asks for it.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_BLOCK_SIZES=1
// env: SWIFTMALLOC_LIVE=1 ASKS=1
// env: SWIFTMALLOC_LIVE=1 ASKS=1 SWIFTMALLOC_SIZE_CLASSES=16,32,64,128,256,512,1024,2048,4096,8192,16384,32768
#include <stddef.h>
#include <sys/wait.h>
#include "live_file.h"

enum { COUNT = 20000 };
static void *blocks[COUNT];

static uint64_t countOf(const Header *header, size_t size) {
    return ((const uint64_t *)((const char *)header + header->size_offset))[(size + 15) / 16 - 1];
}

static void examine(size_t size, int count) {
    for (int i = 0; i < count; i++) blocks[i] = malloc(size - (size_t)i % 16);
    for (int i = 0; i < count; i++) free(blocks[i]);
    const Header *header = countersOf(getpid());
    CHECK(header && header->size_version > 0 && header->size_version % 2 == 0, "no sizes");
    CHECK(header->size_count == SWIFTMALLOC_LIVE_SIZES, "%lu rows", (unsigned long)header->size_count);
    uint64_t noted = countOf(header, size);
    CHECK(noted <= (uint64_t)count + 200 && noted >= (uint64_t)count * 60 / 64, "%lu of %d blocks of %zu", (unsigned long)noted, count, size);
    CHECK(header->size_requested_bytes >= noted * (size - 15) && header->size_block_bytes >= header->size_requested_bytes, "bytes");
}

int main(void) {
    const Header *header = countersOf(getpid());
    int status = 0;
    if (getenv("ASKS")) {
        int file = open(pathOf(getpid()), O_RDWR | O_CLOEXEC);
        uint64_t wanted = 1;
        CHECK(header->size_version == 0 && header->size_wanted == 0, "noted unasked");
        CHECK(pwrite(file, &wanted, sizeof wanted, offsetof(Header, size_wanted)) == sizeof wanted, "no write");
        close(file);
    }
    examine(48, COUNT);
    examine(3600, COUNT / 4);
    pid_t child = fork();
    if (child == 0) {
        examine(496, 400);
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(status == 0, "the child ended with %x", status);
    return 0;
}
