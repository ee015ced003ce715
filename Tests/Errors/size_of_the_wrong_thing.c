// The size that was asked for is too small by a member, or wrapped around in 32 bits.
// overflow-write: SIZE=member SIZE=wrapped
#include "error.h"

struct record { long numbers[4]; };
enum { member = sizeof(struct record) - sizeof(long), wrapped = (uint32_t)(134217729u * sizeof(struct record)) - 8 };

int main(void) {
    struct record *record = inRow(SIZE);
    // Only what lies directly behind the end is written.
    ((volatile struct record *)record)->numbers[SIZE / sizeof(long)] = 1;
    freeRow();
    return end();
}
