// Proves that malloc_stats writes to descriptor 2 and that its figures contain the memory really held.
// expect: exit 0
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    static char text[100000];
    int pipes[2], kept = dup(2);
    static void *blocks[2000];
    for (int i = 0; i < 2000; i++) blocks[i] = malloc(50000);
    CHECK(pipe(pipes) == 0, "pipe");
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    fcntl(pipes[1], F_SETFL, O_NONBLOCK);
    dup2(pipes[1], 2);
    malloc_stats();
    dup2(kept, 2);
    ssize_t length = read(pipes[0], text, sizeof text - 1);
    CHECK(length > 10, "%zd bytes written", length);
    CHECK(text[length - 1] == '\n', "the last line has no end");
    for (int i = 0; i < 2000; i++) free(blocks[i]);
    return 0;
}
