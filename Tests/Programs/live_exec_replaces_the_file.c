// Proves that a process that executes another program has a new file in place of the old one, which the old program's readers
// keep, and that LIVE=0 has none.
// env: SWIFTMALLOC_LIVE=1
// also: DEBUG=1
#include "live_file.h"

int main(int count, char **arguments) {
    struct stat old, new;
    const Header *header = countersOf(getpid());
    if (count == 1) {
        CHECK(header && stat(pathOf(getpid()), &old) == 0, "no file");
        for (int i = 0; i < 5000; i++) hide(malloc(40));
        char number[32], descriptor[32];
        sprintf(number, "%lu", (unsigned long)old.st_ino);
        sprintf(descriptor, "%d", open(pathOf(getpid()), O_RDONLY));
        execl("/proc/self/exe", arguments[0], number, descriptor, (char *)NULL);
    } else if (count == 3) {
        CHECK(header && stat(pathOf(getpid()), &new) == 0 && new.st_ino != strtoul(arguments[1], NULL, 10), "the old file");
        CHECK(header->process_id == getpid() && sumOfAll(header).allocation_count < 1000, "old numbers");
        const Header *before = mmap(NULL, header->file_bytes, PROT_READ, MAP_SHARED, atoi(arguments[2]), 0);
        CHECK(before != MAP_FAILED && sumOfAll(before).allocation_count >= 5000, "the old file has other numbers");
        unlink(pathOf(getpid()));
        setenv("SWIFTMALLOC_LIVE", "0", 1);
        execl("/proc/self/exe", arguments[0], "off", (char *)NULL);
    } else {
        CHECK(header == NULL, "a file with LIVE=0");
        return 0;
    }
    CHECK(0, "no exec");
}
