// Proves that destructors of C++ statics, which run after atexit handlers, may allocate, free and use containers.
// expect: exit 0
// stderr-none
// same-as-glibc
// also: DEBUG=1 LIVE=1
#include <map>
#include <string>
#include "check.h"

struct Global {
    std::map<int, std::string> map;
    const char *name;
    explicit Global(const char *given) : name(given) {
        for (int i = 0; i < 1000; i++) map[i] = std::string((size_t)i, 'g');
    }
    ~Global() {
        for (int i = 0; i < 2000; i++) map[i] += "more";
        size_t total = 0;
        for (auto &entry : map) total += entry.second.size();
        dprintf(1, "%s holds %zu\n", name, total);
    }
};
static Global first("first"), second("second");

int main() {
    static Global local("local");
    atexit([] { dprintf(1, "handler %zu\n", std::string(5000, 'h').size()); });
    return 0;
}
