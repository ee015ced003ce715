// One use after free in 10,000 blocks of 64 bytes: the read of a freed block, whose number the argument tells. With GUARD_SAMPLE it ends
// the process by SIGSEGV if this block was guarded. Nothing else is wrong; the exit status is 0 then.
#include <stdlib.h>

enum { BLOCKS = 10000, BLOCK_BYTES = 64 };

int main(int count, char **arguments) {
  const int bad = count > 1 ? atoi(arguments[1]) % BLOCKS : 0;
  for (int number = 0; number < BLOCKS; number++) {
    volatile char *block = malloc(BLOCK_BYTES);
    __asm__ volatile("" : "+r"(block));
    *block = 1;
    free((void *)block);
    __asm__ volatile("" : "+r"(block));
    if (number == bad) (void)*block;
  }
  return 0;
}
