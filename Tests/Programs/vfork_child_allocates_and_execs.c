// Proves that a vfork child, which shares our memory, may allocate and free before it calls exec, while the parent goes on.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <sys/wait.h>
#include "workout.h"

int main(void) {
    size_t before = 0;
    for (int i = 0; i < 300; i++) {
        if (i == 20) before = resident();
        volatile pid_t child = vfork();
        if (child == 0) {
            char *block = malloc(5000), *other = malloc(400000);
            fill(block, 5000, 1);
            free(block), free(other);
            execl("/bin/true", "true", (char *)NULL);
            _exit(127);
        }
        int status = -1;
        CHECK(waitpid(child, &status, 0) == child, "no child %d", i);
        CHECK(status == 0, "child %d ended with %x", i, status);
        workout((uint64_t)i + 1, 100);
    }
    CHECK(resident() < before + 8 * MIB, "grew by %zu", resident() - before);
    return 0;
}
