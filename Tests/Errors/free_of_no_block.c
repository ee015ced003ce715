// What is freed was never a block.
// invalid-free: WHAT=stack WHAT=variable WHAT=function WHAT=unmapped WHAT=small WHAT=far WHAT=mapping
#include "error.h"

static long statics[20] = {1};

__attribute__((noinline)) void free_stack(void) {
    _Alignas(16) char buffer[200];
    memset(buffer, 0, sizeof buffer);
    free(hide(buffer));
}
void free_variable(void) { free(hide(statics + 2)); }
void free_function(void) { free(hide((void *)printf)); }
void free_unmapped(void) {
    void *address = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(address, 65536);
    free(hide(address));
}
void free_small(void) { free(hide((void *)16)); }
void free_far(void) { free(hide((void *)0x4141414141414141)); }
void free_mapping(void) {
    char *address = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    free(hide(address + 16));
}

int main(void) {
    CHOICE(free_, WHAT)();
    return end();
}
