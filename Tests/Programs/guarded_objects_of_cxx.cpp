// Proves that C++'s objects are guarded as C's blocks are, also over-aligned ones and arrays, and that a virtual call of a deleted object
// is reported with the functions' names.
// expect: signal 11 (SEGV)
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(a read, 0 bytes inside the freed 24-byte block at 0x[0-9a-f]+\), thread "
// report: ^ +#0 0x[0-9a-f]+ in area\(Shape\*\) +.*{FILE}:{LINE:call}$
// report: ^freed by thread "
// report: in (Circle::~Circle\(\)|main|forget\(Shape\*\)) +.*{FILE}:
// report: ^allocated by thread "
// report: in circle\(\) +.*{FILE}:{LINE:new}$
// stderr-count: 1
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// production-only: the debug heap is not sampled
#include <cstdint>
#include <string>
#include <vector>
extern "C" {
#include "guarded.h"
}

struct Shape {
    virtual ~Shape() {}
    virtual double area() const = 0;
};
struct Circle : Shape {
    double radius = 1, centre = 0;
    double area() const override { return radius * radius * 3; }
};
struct alignas(128) Wide {
    char bytes[256];
};

NOINLINE Shape *circle() {
    Shape *shape = new Circle;  // new
    return static_cast<Shape *>(hide(shape));
}
NOINLINE void forget(Shape *shape) {
    delete shape;
    __asm__ volatile("");
}
NOINLINE double area(Shape *shape) {
    double result = shape->area();  // call
    __asm__ volatile("" : "+m"(result));
    return result;
}

int main() {
    int guarded = 0;
    for (int i = 0; i < 100; i++) {
        Wide *wide = static_cast<Wide *>(hide(new Wide));
        CHECK(reinterpret_cast<uintptr_t>(wide) % 128 == 0, "alignment of %p", static_cast<void *>(wide));
        guarded += isGuarded(wide);
        delete wide;
        int *numbers = static_cast<int *>(hide(new int[10]));
        guarded += isGuarded(numbers);
        delete[] numbers;
    }
    CHECK(guarded == 200, "%d of 200 are guarded", guarded);
    std::vector<std::string> words;
    for (int i = 0; i < 1000; i++) words.push_back(std::string(static_cast<size_t>(i % 100), 'x'));
    for (int i = 0; i < 1000; i++) CHECK(words[static_cast<size_t>(i)].size() == static_cast<size_t>(i % 100), "word %d", i);
    Shape *shape = circle();
    CHECK(isGuarded(shape), "the object is not guarded");
    forget(shape);
    return area(static_cast<Shape *>(hide(shape))) > 0;
}
