// Proves that a block is not lost in containers that are held: maps, vectors, strings, lists, shared pointers, all with their exact bytes.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
#include "leak.h"
static std::map<int, std::string> *map;
static std::unordered_map<std::string, std::vector<int>> *table;
static std::deque<std::string> *deque;
static std::list<std::unique_ptr<int>> *list;
static std::shared_ptr<std::vector<std::string>> shared, *more;
static std::weak_ptr<int> *weak;

HELPER void build(void) {
    map = new std::map<int, std::string>, table = new std::unordered_map<std::string, std::vector<int>>;
    deque = new std::deque<std::string>, list = new std::list<std::unique_ptr<int>>;
    more = new std::shared_ptr<std::vector<std::string>>(new std::vector<std::string>);
    for (int i = 0; i < 300; i++) {
        std::string text = std::to_string(i) + std::string((size_t)i, 'x');
        (*map)[i] = text, (*table)[text].push_back(i), (*table)[text].push_back(2 * i);
        deque->push_back(text), list->push_back(std::make_unique<int>(i)), (*more)->push_back(text);
    }
    shared = *more;
    weak = new std::weak_ptr<int>(std::make_shared<int>(7));
}

int main() {
    away(build);
    lose(1000);
    _exit(map->size() + table->size() + deque->size() + list->size() == 1200 && shared->size() == 300 && weak->expired() ? 0 : 1);
}
