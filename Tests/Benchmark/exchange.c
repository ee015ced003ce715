// Producers and consumers: some threads allocate and fill messages, others read and free them, so that every block is freed
// by a thread that did not allocate it. Each group has one bounded queue. A fixed amount of work.
//
//   exchange GROUPS PRODUCERS CONSUMERS MESSAGES      (defaults: 2 1 1 1000000; messages for each group)
#include <pthread.h>
#include "workload.h"

enum { ringSize = 64, batch = 128, maximumThreads = 256 };

// A bounded queue of batches; locks are taken, and threads woken, once a batch, so that the allocator is what costs.
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    struct piece ring[ringSize][batch];
    unsigned long head, tail;
    long unproduced, unconsumed;
};
struct worker { struct queue *queue; struct random random; };

static void *produce(void *argument) {
    struct worker *worker = argument;
    struct queue *queue = worker->queue;
    for (;;) {
        struct piece messages[batch];
        // Mostly small, one in 64 is a buffer of up to 8 KiB.
        for (int k = 0; k < batch; k++)
            messages[k] = take(next(&worker->random) % 64 ? between(&worker->random, 16, 527) : between(&worker->random, 512, 8191));
        pthread_mutex_lock(&queue->lock);
        int wanted = queue->unproduced-- > 0;
        while (wanted && queue->head - queue->tail == ringSize) pthread_cond_wait(&queue->emptied, &queue->lock);
        if (wanted) memcpy(queue->ring[queue->head++ % ringSize], messages, sizeof messages);
        pthread_cond_signal(&queue->filled);
        pthread_mutex_unlock(&queue->lock);
        if (wanted) continue;
        for (int k = 0; k < batch; k++) drop(&messages[k]);
        return NULL;
    }
}

static void *consume(void *argument) {
    struct queue *queue = ((struct worker *)argument)->queue;
    for (;;) {
        struct piece messages[batch];
        pthread_mutex_lock(&queue->lock);
        int wanted = queue->unconsumed-- > 0;
        while (wanted && queue->head == queue->tail) pthread_cond_wait(&queue->filled, &queue->lock);
        if (wanted) memcpy(messages, queue->ring[queue->tail++ % ringSize], sizeof messages);
        pthread_cond_signal(&queue->emptied);
        pthread_mutex_unlock(&queue->lock);
        if (!wanted) return NULL;
        for (int k = 0; k < batch; k++) drop(&messages[k]);
    }
}

int main(int count, char **arguments) {
    long groups = argument(count, arguments, 1, 2), producers = argument(count, arguments, 2, 1);
    long consumers = argument(count, arguments, 3, 1), messages = argument(count, arguments, 4, 1000000);
    long members = producers + consumers;
    if (members > maximumThreads || groups * members > maximumThreads) fail("exchange: at most 256 threads");
    static pthread_t threads[maximumThreads];
    static struct worker workers[maximumThreads];
    for (long group = 0; group < groups; group++) {
        struct queue *queue = calloc(1, sizeof *queue);
        if (!queue) fail("no memory");
        pthread_mutex_init(&queue->lock, NULL);
        pthread_cond_init(&queue->filled, NULL);
        pthread_cond_init(&queue->emptied, NULL);
        queue->unproduced = queue->unconsumed = messages / batch;
        for (long n = group * members; n < (group + 1) * members; n++) {
            workers[n] = (struct worker){queue, {(uint64_t)n}};
            if (pthread_create(&threads[n], NULL, n - group * members < producers ? produce : consume, &workers[n])) fail("no thread");
        }
    }
    for (long n = 0; n < groups * members; n++) pthread_join(threads[n], NULL);
    for (long group = 0; group < groups; group++) {
        if (workers[group * members].queue->head != workers[group * members].queue->tail) fail("messages were left");
        free(workers[group * members].queue);
    }
    return 0;
}
