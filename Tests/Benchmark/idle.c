// What remains of a load: two threads build up blocks of all sizes, free them, and end; then the program does little, ten
// small blocks each millisecond, for 1.2 seconds. Prints the time of the load, and what is resident at the end.
//
//   idle MIB     (default 200)
#include <pthread.h>
#include <sys/mman.h>
#include "workload.h"

enum { loads = 2, maximum = 1 << 20 };
struct load { struct random random; size_t wanted; struct piece *pieces; };

static void *build(void *argument) {
    struct load *load = argument;
    size_t live = 0, number = 0;
    while (live < load->wanted && number < maximum) {
        uint32_t kind = next(&load->random) % 256;
        load->pieces[number] = take(kind < 240 ? between(&load->random, 16, 512) : kind < 255 ? between(&load->random, 512, 16384)
                                                                                              : logarithmic(&load->random, 14, 19));
        live += load->pieces[number++].size;
    }
    for (size_t i = 0; i < number; i++) drop(&load->pieces[i]);
    return NULL;
}

int main(int count, char **arguments) {
    size_t wanted = (size_t)argument(count, arguments, 1, 200) << 20;
    struct load work[loads];
    pthread_t threads[loads];
    static struct piece pieces[loads][maximum];
    double begin = seconds();
    for (int n = 0; n < loads; n++) {
        work[n] = (struct load){{(uint64_t)n}, wanted / loads, pieces[n]};
        if (pthread_create(&threads[n], NULL, build, &work[n])) fail("no thread");
    }
    for (int n = 0; n < loads; n++) pthread_join(threads[n], NULL);
    double end = seconds();
    // The lists are not the heap's: they go.
    madvise(pieces, sizeof pieces, MADV_DONTNEED);
    while (seconds() < end + 1.2) {
        for (int i = 0; i < 10; i++) { struct piece piece = take(100); drop(&piece); }
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    printf("time %.6f\nmemory %ld\n", end - begin, residentKiB());
    return 0;
}
