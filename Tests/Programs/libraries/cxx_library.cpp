// A C++ library for C programs: containers, and an allocation that fails and is caught.
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

extern "C" int churn(int count) {
    std::vector<std::string> strings;
    for (int i = 0; i < count; i++) strings.push_back(std::string((size_t)(i % 200), 'a'));
    return (int)strings.size();
}

extern "C" int catches_bad_alloc() {
    volatile size_t size = PTRDIFF_MAX;
    try {
        ::operator new(size);
    } catch (const std::bad_alloc &) {
        return 1;
    }
    return 0;
}
