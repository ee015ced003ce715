// Vectors that grow by realloc, from 16 bytes by half each time, many of them in turn; each has its own limit, which for a
// few is some MiB, and starts anew when it has reached it. What a vector held is checked at its end.
//
//   vectors STEPS     (default 1200000: appends)
#include "workload.h"

enum { vectorCount = 300 };
struct vector { uint32_t *words; size_t count, room, limit; };
static struct vector vectors[vectorCount];
static struct random source = {1};

static void begin(struct vector *vector) {
    *vector = (struct vector){malloc(16), 0, 4, logarithmic(&source, 3, next(&source) % 8 ? 12 : 20)};
    if (!vector->words) fail("no memory");
}

static void end(struct vector *vector) {
    for (size_t i = 0; i < vector->count; i += 512)
        if (vector->words[i] != (uint32_t)i) fail("a vector's contents changed");
    free(vector->words);
}

int main(int count, char **arguments) {
    long steps = argument(count, arguments, 1, 1200000);
    for (int n = 0; n < vectorCount; n++) begin(&vectors[n]);
    for (long step = 0; step < steps; step++) {
        struct vector *vector = &vectors[below(&source, vectorCount)];
        // A vector that is long already gets more at a time.
        size_t more = 8 + vector->count / 8;
        for (size_t i = 0; i < more; i++) {
            if (vector->count == vector->room) {
                vector->room += vector->room / 2;
                vector->words = realloc(vector->words, vector->room * sizeof *vector->words);
                if (!vector->words) fail("no memory");
            }
            vector->words[vector->count] = (uint32_t)vector->count;
            vector->count++;
        }
        if (vector->count < vector->limit) continue;
        end(vector);
        begin(vector);
    }
    for (int n = 0; n < vectorCount; n++) end(&vectors[n]);
    return 0;
}
