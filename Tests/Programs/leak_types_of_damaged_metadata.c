// Proves that metadata that lies makes no type, and no check that hangs or fails: superclasses and contexts in a circle, names without
// end, pointers to nowhere, counts without end, and noise.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 640000 bytes in 10000 blocks$
// report: ^Direct leak of 640000 byte\(s\) in 10000 object\(s\) allocated from:$
// report-not: retain cycle
// arguments: KIND=0 KIND=1 KIND=2 KIND=3 KIND=4 KIND=5 KIND=6
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include "leak.h"
ARGUMENT(int, KIND)

static struct metadata {
    void *destructor, *witnesses;
    size_t kind;
    void *superclass;
    uint32_t flags, address_point, instance_size;
    uint16_t alignment, reserved;
    uint32_t size, place;
    void *descriptor;
} metadata = {.instance_size = 64, .alignment = 15, .size = 200, .place = 16};
static int32_t descriptor[64] = {16}, context[64] = {17};
static char name[4000] = "Thing";
static void *table[8], *information[4];
static size_t noise[1 << 16];

HELPER int32_t distance(void *target, int32_t *place) { return (int32_t)((char *)target - (char *)place); }

HELPER void loseAll(void) {
    for (int i = 0; i < 10000; i++) {
        size_t *block = hide(malloc(64));
        memset(block, 0, 64);
        block[0] = KIND == 6 ? (size_t)&noise[i * 6 + 2] : KIND == 5 ? (size_t)&table[2] : (size_t)&metadata.kind;
        block[1] = 3;
        block[2] = block[3] = (size_t)block;
    }
}

int main(void) {
    metadata.destructor = (void *)main;
    metadata.witnesses = name;
    metadata.descriptor = descriptor;
    descriptor[1] = distance(context, &descriptor[1]);
    descriptor[2] = distance(name, &descriptor[2]);
    // A context that lies in itself.
    context[1] = distance(context, &context[1]);
    context[2] = distance(name, &context[2]);
    if (KIND > 0) context[0] = 0;
    if (KIND == 1) metadata.superclass = &metadata.kind;
    if (KIND == 2) memset(name, 'A', sizeof name);
    if (KIND == 3) metadata.superclass = (void *)0xdeadbeef000, metadata.descriptor = (void *)~(size_t)7;
    if (KIND == 4) metadata.kind = 0x400, metadata.superclass = (void *)-1L, *(void **)&metadata.flags = context;
    table[1] = information, table[2] = (void *)main;
    information[0] = &table[2], information[1] = (void *)0x8000000000000000;
    for (size_t i = 0; i < 1 << 16; i++)
        noise[i] = i % 6 == 2 ? 0x400 + i % 3 : (size_t)(i % 2 ? (void *)&noise[i * 7919 % (1 << 16)] : (void *)main);
    away(loseAll);
    return 0;
}
