// Proves that coroutines whose stacks are blocks of ours (makecontext, swapcontext) allocate, free and take turns.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <ucontext.h>
#include "workout.h"
enum { count = 50 };
static ucontext_t mainContext, contexts[count];
static void *handed[count];
static int ended;

static void run(int index) {
    for (int turn = 0; turn < 20; turn++) {
        void *block = malloc((size_t)(index + 1) * 100);
        fill(block, (size_t)(index + 1) * 100, index);
        free(handed[(index + turn) % count]);
        handed[(index + turn) % count] = malloc(200);
        swapcontext(&contexts[index], &mainContext);
        CHECK(filled(block, (size_t)(index + 1) * 100, index), "block changed between turns");
        free(block);
    }
    ended++;
}

int main(void) {
    for (int round = 0; round < 10; round++) {
        void *stacks[count];
        for (int i = 0; i < count; i++) {
            stacks[i] = malloc(65536);
            getcontext(&contexts[i]);
            contexts[i].uc_stack.ss_sp = stacks[i];
            contexts[i].uc_stack.ss_size = 65536;
            contexts[i].uc_link = &mainContext;
            makecontext(&contexts[i], (void (*)(void))run, 1, i);
        }
        for (int turn = 0; turn < 21; turn++)
            for (int i = 0; i < count; i++) swapcontext(&mainContext, &contexts[i]);
        for (int i = 0; i < count; i++) free(stacks[i]);
    }
    CHECK(ended == count * 10, "%d ended", ended);
    workout(1, 2000);
    return 0;
}
