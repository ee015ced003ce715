// A library with a big thread-local array (dynamic TLS, made at first use) and a thread-end destructor that allocates.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
static __thread char array[5000];
static pthread_key_t key;

static void end(void *block) {
    void *other = malloc(333);
    free(block);
    free(other);
}

__attribute__((constructor)) static void load(void) {
    free(malloc(77));
    pthread_key_create(&key, end);
}

__attribute__((destructor)) static void unload(void) {
    pthread_key_delete(key);
    free(malloc(78));
}

int touch(int byte) {
    memset(array, byte, sizeof array);
    if (pthread_getspecific(key) == NULL) pthread_setspecific(key, malloc(500));
    return array[4999];
}

// The main thread's block, before the library goes.
void leave(void) {
    free(pthread_getspecific(key));
    pthread_setspecific(key, NULL);
}
