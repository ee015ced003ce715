// Ten thousand blocks of one size, then all of them freed in the order of their allocation; again with the next size.
//
//   batch ROUNDS     (default 100)
#include "workload.h"

enum { blocksOfABatch = 10000 };
static const size_t sizes[] = {16, 32, 48, 96, 160, 320, 640, 1024};

int main(int count, char **arguments) {
    long rounds = argument(count, arguments, 1, 100);
    static char *blocks[blocksOfABatch];
    for (long round = 0; round < rounds; round++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            for (int i = 0; i < blocksOfABatch; i++) use(blocks[i] = malloc(sizes[k]), sizes[k]);
            for (int i = 0; i < blocksOfABatch; i++) {
                check(blocks[i], sizes[k]);
                free(blocks[i]);
            }
        }
    }
    return 0;
}
