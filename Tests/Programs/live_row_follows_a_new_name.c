// Proves that a thread that gets another name has it in its row once it has allocated some more, whatever the blocks' sizes.
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
// arguments: SIZE=40 SIZE=3000 SIZE=50000 SIZE=5000000
// also: DEBUG=1
#include <pthread.h>
#include "live_file.h"
ARGUMENT(int, SIZE)

static void *thread(void *unused) {
    static void *blocks[20000];
    const Header *header = countersOf(getpid());
    free(malloc(1));
    const Row *row = rowOfThread(header, gettid());
    pthread_setname_np(pthread_self(), "another \"name\"\n");
    int count = SIZE < 1000 ? 20000 : 5000000 / SIZE + 1000;
    for (int i = 0; i < count; i++) blocks[i] = malloc(SIZE), free(i % 2 ? blocks[i - 1] : NULL);
    CHECK(strcmp(row->name, "another \"name\"\n") == 0, "the row is called %s", row->name);
    return unused;
}

int main(void) {
    pthread_t id;
    CHECK(!pthread_create(&id, NULL, thread, NULL) && !pthread_join(id, NULL), "no thread");
    return 0;
}
