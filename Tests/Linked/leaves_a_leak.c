// Loses a block; keeps another one by a variable; with an argument it frees one twice.
#include <stdlib.h>

void *kept;
static void *volatile lost;

int main(int count, char **arguments) {
  (void)arguments;
  kept = malloc(30);
  lost = malloc(40);
  lost = NULL;
  if (count == 1) return 0;
  void *block = malloc(50);
  free(block);
  free(block);
  return 0;
}
