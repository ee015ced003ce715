// Containers and objects of C++, written or read behind their end.
// overflow-write: HOW=vector HOW=string HOW=cast
// overflow-read: HOW=vectorRead
#include "error.h"
#include <string>
#include <vector>

struct Base { long number = 0; };
struct Derived : Base { long more[4]; };

void by_vector() {
    std::vector<long> numbers(12);
    numbers.shrink_to_fit();
    *(volatile long *)(numbers.data() + numbers.size()) = 1;
}
void by_string() {
    std::string text(100, 'x');
    text.shrink_to_fit();
    put(&text[0], (long)text.capacity() + 1, 1, 'y');
}
void by_cast() {
    Base *base = new Base;
    ((volatile Derived *)hide(base))->more[0] = 1;
    delete base;
}
void by_vectorRead() {
    std::vector<long> numbers(12);
    numbers.shrink_to_fit();
    sink += *(volatile long *)(numbers.data() + numbers.size());
}

int main() {
    CHOICE(by_, HOW)();
    return end();
}
