// Proves that every right pair of new and delete is taken without a word: plain, nothrow, sized, aligned, arrays, objects
// with and without destructors, zero sizes, null.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
#include <memory>
#include <new>
#include <string>
#include <vector>
#include "debug.h"
struct Simple { char bytes[37]; };
struct Destructed { long number; ~Destructed() { hide(this); } };
struct alignas(128) Aligned { char bytes[200]; ~Aligned() { hide(this); } };
struct Base { virtual ~Base() {} };
struct Derived : Base { char bytes[100]; };

template <class Type> static void use() {
    delete new Type;
    delete new (std::nothrow) Type;
    delete[] new Type[7];
    delete[] new Type[0];
    delete (Type *)hide(nullptr);
    delete[] (Type *)hide(nullptr);
    delete[] new (std::nothrow) Type[3];
    std::vector<Type> many(100);
    std::make_unique<Type[]>(5);
    std::make_shared<Type>();
}

int main() {
    for (size_t size = 0; size < 300000; size = size * 3 + 1) {
        ::operator delete(::operator new(size), size);
        ::operator delete[](::operator new[](size), size);
        ::operator delete(::operator new(size, std::nothrow), size);
        ::operator delete(::operator new(size), std::nothrow);
        for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
            std::align_val_t at{alignment};
            ::operator delete(::operator new(size, at), at);
            ::operator delete(::operator new(size, at), size, at);
            ::operator delete[](::operator new[](size, at), at);
            ::operator delete[](::operator new[](size, at), size, at);
            ::operator delete(::operator new(size, at, std::nothrow), at, std::nothrow);
        }
    }
    for (int i = 0; i < 300; i++) use<char>(), use<Simple>(), use<Destructed>(), use<Aligned>(), use<Derived>(), use<std::string>();
    Base *base = new Derived;
    delete base;
    return 0;
}
