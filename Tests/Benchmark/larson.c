// A server in the manner of Larson and Krishnan (1998): each thread replaces random blocks of its own for a while, starts
// its successor, which goes on with its blocks, and ends. So most blocks are freed by another thread than allocated them,
// and that one is gone. A fixed amount of work.
//
//   larson THREADS GENERATIONS STEPS     (defaults: 4 40 100000)
#include <pthread.h>
#include "workload.h"

enum { places = 1000, smallest = 10, largest = 500, maximumThreads = 256 };

struct chain { struct piece pieces[places]; struct random random; long generation; };
static long generations, steps;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static long running;
static pthread_attr_t detached;

static void *work(void *argument) {
    struct chain *chain = argument;
    for (long i = 0; i < steps; i++) {
        struct piece *piece = &chain->pieces[below(&chain->random, places)];
        drop(piece);
        *piece = take(between(&chain->random, smallest, largest));
    }
    pthread_t successor;
    if (--chain->generation > 0) {
        if (pthread_create(&successor, &detached, work, chain)) fail("no thread");
        return NULL;
    }
    pthread_mutex_lock(&lock);
    running--;
    pthread_cond_signal(&ended);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(int count, char **arguments) {
    long threads = argument(count, arguments, 1, 4);
    generations = argument(count, arguments, 2, 40);
    steps = argument(count, arguments, 3, 100000);
    if (threads > maximumThreads) fail("larson: at most 256 threads");
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);

    static struct chain *chains[maximumThreads];
    for (long n = 0; n < threads; n++) {
        chains[n] = calloc(1, sizeof **chains);
        if (!chains[n]) fail("no memory");
        chains[n]->random.state = (uint64_t)n;
        chains[n]->generation = generations;
        for (int i = 0; i < places; i++) chains[n]->pieces[i] = take(between(&chains[n]->random, smallest, largest));
    }
    running = threads;
    pthread_t first;
    for (long n = 0; n < threads; n++)
        if (pthread_create(&first, &detached, work, chains[n])) fail("no thread");
    pthread_mutex_lock(&lock);
    while (running) pthread_cond_wait(&ended, &lock);
    pthread_mutex_unlock(&lock);
    for (long n = 0; n < threads; n++) {
        for (int i = 0; i < places; i++) drop(&chains[n]->pieces[i]);
        free(chains[n]);
    }
    return 0;
}
