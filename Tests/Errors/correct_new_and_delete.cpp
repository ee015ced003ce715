// Every form of new with its own delete, containers that grow and move, a shared object.
// correct:
#include "error.h"
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

struct alignas(64) Wide { char bytes[192]; };
struct Base { virtual ~Base() = default; long number = 1; };
struct Derived : Base { std::string text = std::string(100, 'x'); };

int main() {
    delete (int *)hide(new int);
    delete[] (int *)hide(new int[30]);
    delete (Wide *)hide(new Wide);
    delete[] (Wide *)hide(new Wide[3]);
    delete (Base *)hide(new Derived);
    Derived *array = (Derived *)hide(new Derived[5]);
    delete[] array;
    ::operator delete(hide(::operator new(100, std::nothrow)), std::nothrow);
    ::operator delete(hide(::operator new(100)), (size_t)100);
    ::operator delete(hide(::operator new(300, std::align_val_t(128))), (size_t)300, std::align_val_t(128));
    std::vector<std::string> texts;
    std::map<std::string, std::shared_ptr<Base>> map;
    for (int i = 0; i < 500; i++) {
        texts.push_back(std::string((size_t)i, 'y'));
        map[texts.back()] = std::make_shared<Derived>();
    }
    auto moved = std::move(texts);
    moved.erase(moved.begin() + 5, moved.begin() + 50);
    map.erase(map.begin());
    int *from = (int *)hide(malloc(sizeof(int)));
    ::new (from) int(3);
    free(from);
    return end();
}
