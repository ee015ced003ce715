// Proves that lists of size classes serve a general workout in four threads: few of them, many short ones, and as many as there may be.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,64,128,256,512,1024,2048,4096,8192,16384,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,48,64,80,112,128,144,176,208,256,272,304,400,512,528,656,784,1024,1040,1360,2048,2064,4096,4112,8192,16384,21840,32768
// env: SWIFTMALLOC_SIZE_CLASSES=16,32,48,64,80,96,112,128,144,160,176,192,208,224,240,256,272,288,304,320,336,352,368,384,400,416,432,448,464,480,496,512,528,544,560,576,592,608,624,640,656,672,688,704,720,736,752,768,784,800,816,832,848,864,880,896,912,928,944,960,976,992,1008,1024,1040,1056,1072,1088,1104,1120,1136,1152,1168,1184,1200,1216,1232,1248,1264,1280,1296,1312,1328,1344,2048,4096,8192,16384,32768
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"

static void *work(void *argument) {
    workout((uintptr_t)argument, 8000);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    return 0;
}
