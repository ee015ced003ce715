// Proves that a profile tells what a library has allocated that is unloaded since, under that library's name, also when another one
// is where it was, or is gone, too; and that stacks through either of them are right.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=4k SWIFTMALLOC_PROFILE_SEED=1
// expect: exit 0
// stderr-none
// needs: so plugin_one.c
// needs: so plugin_two.c
// link: -ldl
// production-only: the debug heap is not sampled
#include "profile.h"

#include <dlfcn.h>

enum { BLOCKS = 4000, SIZE = 1000 };
static void *library;

PLACE(outer) __attribute__((noinline)) static void *use(const char *name, int blocks) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("PROGRAM_LIBRARIES"), name);
    library = dlopen(path, RTLD_NOW);
    CHECK(library, "%s", dlerror());
    void *(*give)(size_t) = (void *(*)(size_t))dlsym(library, "give");
    for (int i = 0; i < blocks; i++) hide(give(SIZE));
    return (void *)give;
}
PLACE_BOUNDS(outer);

static void expect(const char *name, int blocks) {
    double sums[PROFILE_VALUES];
    profileFileSums(name, sums);
    CHECK(blocks ? isAbout(sums[LIVE_BYTES], blocks * SIZE, 0.2) : sums[LIVE_BYTES] == 0, "%s: %d of %d", name, (int)sums[LIVE_BYTES],
          blocks * SIZE);
}

static void expectAll(int one, int two) {
    double all[PROFILE_VALUES], outer[PROFILE_VALUES];
    profileNow();
    expect("/plugin_one.so", one);
    expect("/plugin_two.so", two);
    expect("[gone]", 0);
    PLACE_SUMS(outer, outer);
    profileFileSums("", all);
    CHECK(outer[LIVE_BYTES] == all[LIVE_BYTES], "%f bytes of %f are by way of the program", outer[LIVE_BYTES], all[LIVE_BYTES]);
}

int main(void) {
    // So that the loader's own blocks are there before.
    use("plugin_one.so", 0);
    dlclose(library);
    void *first = use("plugin_one.so", BLOCKS);
    expectAll(BLOCKS, 0);
    CHECK(dlclose(library) == 0, "%s", dlerror());
    expectAll(BLOCKS, 0);
    void *second = use("plugin_two.so", 2 * BLOCKS);
    if (first != second) SKIP("the second library is not where the first one was");
    expectAll(BLOCKS, 2 * BLOCKS);
    dlclose(library);
    use("plugin_one.so", BLOCKS);
    expectAll(2 * BLOCKS, 2 * BLOCKS);
    dlclose(library);
    expectAll(2 * BLOCKS, 2 * BLOCKS);
    return 0;
}
