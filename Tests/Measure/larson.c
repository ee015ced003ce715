// A server in the manner of Larson and Krishnan (1998): each thread replaces random blocks of its own for a while, then ends
// and leaves its blocks to a new thread, which frees what another one allocated. A fixed amount of work; measure its time.
//
//   larson THREADS GENERATIONS STEPS     (defaults: 4 40 100000)
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { places = 1000, smallest = 10, largest = 500, maximumThreads = 256 };

struct chain { void *blocks[places]; uint64_t random; int generation; };
static struct chain *chains[maximumThreads];
static long steps = 100000;

static uint32_t next(struct chain *chain) { chain->random = chain->random * 6364136223846793005ull + 1442695040888963407ull; return (uint32_t)(chain->random >> 33); }

static void *replace(struct chain *chain) {
    size_t size = smallest + next(chain) % (largest - smallest);
    char *block = malloc(size);
    if (!block) abort();
    // A server writes into what it asks for.
    block[0] = block[size - 1] = 1;
    return block;
}

static void *work(void *argument) {
    struct chain *chain = argument;
    for (long i = 0; i < steps; i++) {
        void **place = &chain->blocks[next(chain) % places];
        free(*place);
        *place = replace(chain);
    }
    return NULL;
}

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 4, generations = count > 2 ? atoi(arguments[2]) : 40;
    if (count > 3) steps = atol(arguments[3]);
    if (threads < 1 || threads > maximumThreads) { fprintf(stderr, "larson: 1 to %d threads\n", maximumThreads); return 2; }
    static pthread_t running[maximumThreads];
    for (int n = 0; n < threads; n++) {
        chains[n] = calloc(1, sizeof **chains);
        chains[n]->random = (uint64_t)n + 1;
        for (int i = 0; i < places; i++) chains[n]->blocks[i] = replace(chains[n]);
    }
    for (int generation = 0; generation < generations; generation++) {
        for (int n = 0; n < threads; n++) if (pthread_create(&running[n], NULL, work, chains[n])) abort();
        for (int n = 0; n < threads; n++) pthread_join(running[n], NULL);
        // The next generation goes on with the blocks of a neighbour.
        struct chain *first = chains[0];
        memmove(chains, chains + 1, (size_t)(threads - 1) * sizeof *chains);
        chains[threads - 1] = first;
    }
    for (int n = 0; n < threads; n++) {
        for (int i = 0; i < places; i++) free(chains[n]->blocks[i]);
        free(chains[n]);
    }
    return 0;
}
