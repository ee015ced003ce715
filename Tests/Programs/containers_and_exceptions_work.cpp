// Proves that C++ containers, strings, shared pointers and thrown exceptions live on the heap as they ought, in threads too.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include "check.h"

static void churn(int seed) {
    std::map<std::string, std::vector<int>> map;
    std::vector<std::shared_ptr<std::string>> shared;
    for (int i = 0; i < 20000; i++) {
        map[std::to_string(i * seed % 777)].push_back(i);
        shared.push_back(std::make_shared<std::string>(i % 100, 'x'));
        try {
            if (i % 50 == 0) throw std::runtime_error(std::string(200, 'e'));
        } catch (const std::runtime_error &error) {
            CHECK(strlen(error.what()) == 200, "the exception's text is %s", error.what());
        }
    }
    size_t total = 0;
    for (auto &entry : map) total += entry.second.size();
    for (int i = 0; i < 20000; i++) CHECK(shared[i]->size() == (size_t)(i % 100), "string %d", i);
    CHECK(total == 20000, "%zu entries", total);
}

int main() {
    std::vector<std::thread> threads;
    for (int i = 1; i <= 4; i++) threads.emplace_back(churn, i);
    for (auto &thread : threads) thread.join();
    return 0;
}
