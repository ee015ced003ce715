// Proves that a program may close every descriptor and reuse the numbers: allocation goes on and writes into none of them.
// expect: exit 0
// also: DEBUG=1 LIVE=1
#include <sys/stat.h>
#include "workout.h"

int main(void) {
    char name[] = "/tmp/every_descriptor.XXXXXX";
    struct stat about;
    workout(1, 2000);
    for (int descriptor = 0; descriptor < 4096; descriptor++) close(descriptor);
    workout(2, 2000);
    int file = mkstemp(name);
    if (file != 0) _exit(2);
    unlink(name);
    for (int i = 1; i < 50; i++)
        if (dup(0) != i) _exit(3);
    workout(3, 5000);
    for (int i = 0; i < 200; i++) free(malloc((size_t)i * 100000));
    malloc_trim(0);
    if (fstat(0, &about) != 0 || about.st_size != 0) _exit(4);
    _exit(0);
}
