// A loop over all elements writes or reads one more.
// overflow-write: ACCESS=store
// overflow-read: ACCESS=load
#include "error.h"

enum { count = 20 };
static void store(long *number, long value) { *(volatile long *)number = value; }
static void load(long *number, long value) { sink += (unsigned long)*(volatile long *)number + (unsigned long)value; }

int main(void) {
    long *numbers = inRow(count * sizeof *numbers);
    hide(store), hide(load);
    for (int i = 0; i <= count; i++) ACCESS(&numbers[i], i);
    freeRow();
    return end();
}
