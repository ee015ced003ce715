// Producers and consumers: one half of the threads allocates and fills messages, the other half reads and frees them: every
// block is freed by a thread that did not allocate it. A fixed amount of work; measure its time and its peak memory.
//
//   exchange THREADS MESSAGES      (defaults: 4 1000000; messages for each pair of threads)
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ringSize = 256, batch = 32, maximumPairs = 128 };

// A bounded queue of batches; locks are taken once a batch, so that the allocator is what costs.
struct queue { pthread_mutex_t lock; pthread_cond_t filled, emptied; void *ring[ringSize][batch]; unsigned head, tail; uint64_t random; };
static struct queue *queues[maximumPairs];
static long batches;
static _Atomic uint64_t received;

static void *produce(void *argument) {
    struct queue *queue = argument;
    for (long i = 0; i < batches; i++) {
        void *messages[batch];
        for (int k = 0; k < batch; k++) {
            queue->random = queue->random * 6364136223846793005ull + 1442695040888963407ull;
            uint32_t r = (uint32_t)(queue->random >> 33);
            // Mostly small, one in 64 is a buffer of up to 8 KiB.
            size_t size = r % 64 ? 16 + r / 64 % 512 : 512 + r / 64 % 7680;
            char *message = malloc(size);
            if (!message) abort();
            memset(message, 1, size < 64 ? size : 64);
            messages[k] = message;
        }
        pthread_mutex_lock(&queue->lock);
        while (queue->head - queue->tail == ringSize) pthread_cond_wait(&queue->emptied, &queue->lock);
        memcpy(queue->ring[queue->head++ % ringSize], messages, sizeof messages);
        pthread_cond_signal(&queue->filled);
        pthread_mutex_unlock(&queue->lock);
    }
    return NULL;
}

static void *consume(void *argument) {
    struct queue *queue = argument;
    uint64_t sum = 0;
    for (long i = 0; i < batches; i++) {
        void *messages[batch];
        pthread_mutex_lock(&queue->lock);
        while (queue->head == queue->tail) pthread_cond_wait(&queue->filled, &queue->lock);
        memcpy(messages, queue->ring[queue->tail++ % ringSize], sizeof messages);
        pthread_cond_signal(&queue->emptied);
        pthread_mutex_unlock(&queue->lock);
        for (int k = 0; k < batch; k++) { sum += *(unsigned char *)messages[k]; free(messages[k]); }
    }
    received += sum;
    return NULL;
}

int main(int count, char **arguments) {
    int pairs = (count > 1 ? atoi(arguments[1]) : 4) / 2;
    batches = (count > 2 ? atol(arguments[2]) : 1000000) / batch;
    if (pairs < 1 || pairs > maximumPairs) { fprintf(stderr, "exchange: 2 to %d threads\n", 2 * maximumPairs); return 2; }
    static pthread_t threads[2 * maximumPairs];
    for (int n = 0; n < pairs; n++) {
        queues[n] = calloc(1, sizeof **queues);
        pthread_mutex_init(&queues[n]->lock, NULL);
        pthread_cond_init(&queues[n]->filled, NULL);
        pthread_cond_init(&queues[n]->emptied, NULL);
        queues[n]->random = (uint64_t)n + 1;
        if (pthread_create(&threads[2 * n], NULL, produce, queues[n]) || pthread_create(&threads[2 * n + 1], NULL, consume, queues[n])) abort();
    }
    for (int n = 0; n < 2 * pairs; n++) pthread_join(threads[n], NULL);
    for (int n = 0; n < pairs; n++) free(queues[n]);
    return received == (uint64_t)pairs * (uint64_t)batches * batch ? 0 : 1;
}
