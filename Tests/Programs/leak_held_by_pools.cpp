// Proves that a block is not lost in the pools of libstdc++: what a pool keeps for later, and what lies in one, is as reachable as the pool.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: Indirect leak
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <ext/mt_allocator.h>
#include <ext/pool_allocator.h>
#include <list>
#include <memory_resource>
#include <vector>
#include "leak.h"
static std::list<long, __gnu_cxx::__pool_alloc<long>> *pooled;
static std::list<long, __gnu_cxx::__mt_alloc<long>> *threaded;
static std::pmr::unsynchronized_pool_resource *pool;
static std::pmr::monotonic_buffer_resource *buffer;
static std::pmr::vector<std::pmr::vector<long>> *inPool, *inBuffer;

HELPER void build(void) {
    pooled = new std::list<long, __gnu_cxx::__pool_alloc<long>>, threaded = new std::list<long, __gnu_cxx::__mt_alloc<long>>;
    pool = new std::pmr::unsynchronized_pool_resource, buffer = new std::pmr::monotonic_buffer_resource;
    inPool = new std::pmr::vector<std::pmr::vector<long>>(pool), inBuffer = new std::pmr::vector<std::pmr::vector<long>>(buffer);
    for (int i = 0; i < 300; i++) {
        pooled->push_back(i), threaded->push_back(i);
        inPool->emplace_back((size_t)i), inBuffer->emplace_back((size_t)i);
    }
    for (int i = 0; i < 100; i++) pooled->pop_front(), threaded->pop_front(), inPool->pop_back(), inBuffer->pop_back();
}

int main() {
    away(build);
    lose(1000);
    _exit(pooled->size() + threaded->size() + inPool->size() + inBuffer->size() == 800 ? 0 : 1);
}
