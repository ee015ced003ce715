// Proves that a misspelt option or value is named together with the one that was probably meant, and one that is like none alone.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: {SAID}
// stderr-count: 1
// env: SWIFTMALLOC_LEKAS=1 SAID=unknown.option.LEKAS,.did.you.mean.LEAKS\?.SWIFTMALLOC_HELP=1.prints.those.there.are$
// env: SWIFTMALLOC_LEAK=1 SAID=unknown.option.LEAK,.did.you.mean.LEAKS\?
// env: SWIFTMALLOC_PURGEDELAY=1 SAID=unknown.option.PURGEDELAY,.did.you.mean.PURGE_DELAY\?
// env: SWIFTMALLOC_OPTIONS=class-steps=1 SAID=unknown.option.class-steps,.did.you.mean.CLASS_STEPS\?
// env: SWIFTMALLOC_OPTION=leaks=1 SAID=unknown.option.OPTION,.did.you.mean.OPTIONS\?
// env: SWIFTMALLOC_X=1 SAID=unknown.option.X;.SWIFTMALLOC_HELP
// env: SWIFTMALLOC_LEAK_CHECK_AT_THE_VERY_END_OF_IT=1 SAID=unknown.option.LEAK_CHECK_AT_THE_VERY_END_OF_IT;
// env: SWIFTMALLOC_DEBUG=gaurd SAID=option.DEBUG.cannot.be."gaurd",.did.you.mean."guard"\?.\(values:.0,.1,.guard,.guard-before\);.the.default.is.used$
// env: SWIFTMALLOC_STATS=jsno SAID=option.STATS.cannot.be."jsno",.did.you.mean."json"\?
// env: SWIFTMALLOC_HUGE_PAGES=allways SAID=option.HUGE_PAGES.cannot.be."allways",.did.you.mean."always"\?
// env: SWIFTMALLOC_LEAK_SIGNAL=USR3 SAID=option.LEAK_SIGNAL.cannot.be."USR3",.did.you.mean."USR1"\?
// env: SWIFTMALLOC_QUARANTINE=sice SAID=option.QUARANTINE.cannot.be."sice".\(values:.size\);
// env: SWIFTMALLOC_HUGE_PAGES=maybe SAID=option.HUGE_PAGES.cannot.be."maybe".\(values:
// env: SWIFTMALLOC_CLASS_STEPS=3 SAID=option.CLASS_STEPS.cannot.be."3".\(values:
// also: DEBUG=1 LIVE=1
#include "debug.h"

int main(void) {
    printf("said=%s\n", getenv("SAID"));
    return 0;
}
