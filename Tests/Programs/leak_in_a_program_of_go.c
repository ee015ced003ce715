// Proves that a program with Go's note, which ends by exit_group itself, is told at its start that nothing is checked at exit, and
// that a check on demand serves.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: the program is linked by Go, which ends it by a system call: nothing is checked or printed at exit; LEAK_SIGNAL and swiftmalloc_check_leaks\(\) serve while it runs$
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_STATS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: there is no check at its end
#include <sys/syscall.h>
#include "leak.h"

__asm__(".pushsection .note.go.buildid, \"a\", @note\n.balign 4\n.long 4, 5, 4\n.asciz \"Go\\0\"\n.asciz \"build\"\n.balign 4\n.popsection");

int main(void) {
    lose(1000);
    CHECK(checkLeaks() == 1, "not one block");
    syscall(SYS_exit_group, 0);
    return 1;
}
