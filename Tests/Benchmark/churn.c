// Threads that live shortly: each allocates a few hundred blocks, frees four of five, hands the rest on, and frees what an
// earlier thread left.
//
//   churn THREADS AT_A_TIME     (defaults: 12000 in all, 8 at a time)
#include <pthread.h>
#include "workload.h"

enum { maximumAtATime = 64, blocksOfAThread = 400, kept = blocksOfAThread / 5 };
struct life { struct piece found[kept], left[kept]; struct random random; };

static void *live(void *argument) {
    struct life *life = argument;
    struct piece pieces[blocksOfAThread];
    for (int i = 0; i < blocksOfAThread; i++) {
        pieces[i] = take(next(&life->random) % 50 ? between(&life->random, 16, 400) : between(&life->random, 400, 6000));
        if (i % 5 == 0) drop(&life->found[i / 5]);
    }
    for (int i = 0; i < blocksOfAThread; i++) {
        if (i % 5) drop(&pieces[i]);
        else life->left[i / 5] = pieces[i];
    }
    return NULL;
}

int main(int count, char **arguments) {
    long threads = argument(count, arguments, 1, 12000), atATime = argument(count, arguments, 2, 8);
    if (atATime > maximumAtATime) fail("churn: at most 64 threads at a time");
    static struct life lives[maximumAtATime];
    pthread_t running[maximumAtATime];
    for (int n = 0; n < atATime; n++) lives[n].random.state = (uint64_t)n;
    for (long started = 0; started < threads; started += atATime) {
        for (int n = 0; n < atATime; n++)
            if (pthread_create(&running[n], NULL, live, &lives[n])) fail("no thread");
        for (int n = 0; n < atATime; n++) pthread_join(running[n], NULL);
        // What one left is what its neighbour's successor finds.
        for (int n = 0; n < atATime; n++) memcpy(lives[(n + 1) % atATime].found, lives[n].left, sizeof lives[n].left);
    }
    for (int n = 0; n < atATime; n++)
        for (int i = 0; i < kept; i++) drop(&lives[n].found[i]);
    return 0;
}
