// Proves that an option without effect, as it needs a mode that is off, is named once, with what it needs; and that the default is not.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: option {SAID}$
// stderr-count: 1
// production-only: the modes that these options need would be on
// env: SWIFTMALLOC_LIMIT=10MB SAID=LIMIT.has.no.effect.without.DEBUG.or.LEAKS
// env: SWIFTMALLOC_STATS=1 SWIFTMALLOC_LOG=/dev/stderr SWIFTMALLOC_LIMIT=10MB SWIFTMALLOC_STATS=0 SAID=LIMIT.has.no.effect.without.DEBUG.or.LEAKS
// env: SWIFTMALLOC_FRAMES=30 SAID=FRAMES.has.no.effect.without.DEBUG.or.LEAKS
// env: SWIFTMALLOC_ON_ERROR=continue SAID=ON_ERROR.has.no.effect.without.DEBUG,.LEAKS.or.GUARD_SAMPLE
// env: SWIFTMALLOC_PROTECT=1 SAID=PROTECT.has.no.effect.without.DEBUG.or.LEAKS
// env: SWIFTMALLOC_LEAK_EXIT_CODE=1 SAID=LEAK_EXIT_CODE.has.no.effect.without.LEAKS
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAK_EXIT_CODE=1 SAID=LEAK_EXIT_CODE.has.no.effect.without.LEAKS
// env: SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_LEAK_FORMAT=json SAID=LEAK_FORMAT.has.no.effect.without.LEAKS
// env: SWIFTMALLOC_OPTIONS=suppressions=/none SAID=SUPPRESSIONS.has.no.effect.without.LEAKS
// env: SWIFTMALLOC_LEAK_CHILDREN=yes SAID=LEAK_CHILDREN.has.no.effect.without.LEAKS
// env: SWIFTMALLOC_LEAK_SIGNAL=USR1 SAID=LEAK_SIGNAL.has.no.effect.without.LEAKS:.signal.10.is.the.program's.own,.or.ends.it
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_QUARANTINE=1MiB SAID=QUARANTINE.has.no.effect.without.DEBUG
// env: SWIFTMALLOC_ONLY=options_* SAID=ONLY.has.no.effect.without.DEBUG,.LEAKS,.STATS,.LIVE,.PROFILE.or.GUARD_SAMPLE
// env: SWIFTMALLOC_LEAK_SIGNAL=HUP SWIFTMALLOC_OPTIONS=frames=16,limit=none,protect=off,leak_exit_code=0,suppressions=none,on_error=abort SAID=LEAK_SIGNAL.has.no.effect.without.LEAKS:.*
#include "debug.h"

int main(void) {
    printf("said=%s\n", getenv("SAID"));
    free(malloc(20 * MIB));
    return 0;
}
