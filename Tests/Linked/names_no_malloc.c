// The C library allocates for it; the program itself names no function of the heap.
#include <string.h>

int main(int count, char **arguments) { return count == 0 || strlen(strdup(arguments[0])) == 0; }
