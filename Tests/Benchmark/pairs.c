// Pairs of malloc and free of one block, in loops of one size each: the hottest path there is.
//
//   pairs THOUSANDS     (default 1500: thousands of pairs of each size)
#include "workload.h"

static const size_t sizes[] = {16, 24, 40, 64, 112, 256, 600, 1500, 5000, 20000};

int main(int count, char **arguments) {
    long pairs = 1000 * argument(count, arguments, 1, 1500);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        for (long i = 0; i < pairs; i++) {
            char *block = malloc(sizes[k]);
            if (!block) fail("no memory");
            // Both ends alone: filling it would be what is measured.
            block[0] = block[sizes[k] - 1] = 1;
            free(block);
        }
    }
    return 0;
}
