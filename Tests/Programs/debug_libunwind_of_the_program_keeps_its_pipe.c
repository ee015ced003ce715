// Proves that a program which uses libunwind itself, whose pipe for trying memory is one for the process, finds its own files whole:
// none of them is closed, none gets a byte of libunwind's, and no descriptor is in their place.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// link: -ldl
#include <sys/stat.h>
#include "debug.h"

typedef struct { long words[1024]; } state;
static int (*getContext)(state *), (*initLocal)(state *, state *), (*step)(state *);

static int depth(void) {
    static state context, cursor;
    getContext(&context);
    initLocal(&cursor, &context);
    int count = 1;
    while (step(&cursor) > 0) count++;
    return count;
}

static NOINLINE int deep(int left) {
    volatile char frame[8000];
    frame[0] = (char)left;
    return left ? deep(left - 1) + frame[0] - left : depth();
}

static int create(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("PROGRAM_SCRATCH"), name);
    return open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
}

int main(void) {
    void *library = dlopen("libunwind.so.8", RTLD_NOW);
    if (!library) SKIP("there is no libunwind");
    getContext = dlsym(library, "_Ux86_64_getcontext");
    initLocal = dlsym(library, "_ULx86_64_init_local");
    step = dlsym(library, "_ULx86_64_step");
    if (!getContext || !initLocal || !step) SKIP("another libunwind");
    free(malloc(10));
    int files[4];
    char name[] = "0";
    for (int i = 0; i < 4; i++, name[0]++) files[i] = create(name);
    CHECK(files[0] == 3 && files[3] == 6, "the first file is %d, the last %d", files[0], files[3]);
    CHECK(deep(30) > 30, "a short walk");
    for (int i = 0; i < 4; i++) CHECK(write(files[i], "hello", 5) == 5, "write to %d", files[i]);
    CHECK(deep(30) > 30, "a short walk");
    for (int i = 0; i < 4; i++) {
        struct stat file;
        CHECK(fstat(files[i], &file) == 0 && file.st_size == 5, "file %d has %ld bytes", i, (long)file.st_size);
    }
    return 0;
}
