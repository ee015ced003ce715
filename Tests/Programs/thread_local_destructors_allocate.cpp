// Proves that destructors of C++ thread_local objects may allocate, free, and hand blocks to other threads.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <string>
#include <thread>
#include <vector>
#include "check.h"
static std::vector<char *> left;

struct Late {
    std::string text = std::string(300, 'l');
    char *block = new char[2000];
    ~Late() {
        std::vector<std::string> others;
        for (int i = 0; i < 50; i++) others.push_back(text + text);
        CHECK(others[49].size() == 600, "%zu", others[49].size());
        delete[] block;
        left.push_back(strdup("left behind"));
    }
};
static thread_local Late one, two, three;

int main() {
    for (int i = 0; i < 2000; i++) std::thread([] { one.block[0] = two.block[0] = three.block[0] = 1; }).join();
    CHECK(left.size() == 6000, "%zu blocks", left.size());
    for (char *text : left) {
        CHECK(strcmp(text, "left behind") == 0, "it says %s", text);
        free(text);
    }
    return 0;
}
