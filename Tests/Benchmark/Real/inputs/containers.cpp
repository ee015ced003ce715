// Containers of the standard library in four threads: maps, strings, shared pointers, lists and functions, some of them
// made by one thread and dropped by another. Argument: the rounds of each thread.
#include <algorithm>
#include <deque>
#include <functional>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

struct Document {
    std::string title;
    std::vector<std::string> words;
    std::map<std::string, int> counts;
    std::shared_ptr<Document> source;
    std::function<int(int)> weight;
};

class Random {
public:
    explicit Random(unsigned seed) : state(seed) {}
    unsigned operator()(unsigned below) {
        state = static_cast<unsigned>(static_cast<unsigned long>(state) * 16807 % 2147483647);
        return state % below;
    }

private:
    unsigned state;
};

// Documents on their way from one thread to another.
class Exchange {
public:
    void put(std::shared_ptr<Document> document) {
        std::lock_guard<std::mutex> guard(lock);
        documents.push_back(std::move(document));
    }
    std::shared_ptr<Document> take() {
        std::lock_guard<std::mutex> guard(lock);
        if (documents.size() < 200) return nullptr;
        auto document = std::move(documents.front());
        documents.pop_front();
        return document;
    }

private:
    std::mutex lock;
    std::deque<std::shared_ptr<Document>> documents;
};

Exchange exchange;

std::shared_ptr<Document> write(Random &random, std::shared_ptr<Document> source) {
    auto document = std::make_shared<Document>();
    document->title = "document number " + std::to_string(random(100000));
    for (unsigned n = 5 + random(60); n > 0; n--) {
        std::string word = "word" + std::to_string(random(3) ? random(50) : random(5000));
        if (random(8) == 0) word += std::string(random(80), 'x');
        document->counts[word]++;
        document->words.push_back(std::move(word));
    }
    if (source) source->source = nullptr;
    document->source = std::move(source);
    std::vector<int> factors(random(20), 3);
    document->weight = [factors](int n) { return std::accumulate(factors.begin(), factors.end(), n); };
    return document;
}

long work(unsigned seed, int rounds) {
    Random random(seed);
    std::unordered_map<std::string, std::shared_ptr<Document>> library;
    std::map<int, std::set<std::string>> by_weight;
    std::list<std::weak_ptr<Document>> seen;
    std::deque<std::shared_ptr<Document>> received;
    std::shared_ptr<Document> last;
    long sum = 0;
    for (int round = 0; round < rounds; round++) {
        last = write(random, last);
        by_weight[last->weight(round % 50)].insert(last->title);
        seen.push_back(last);
        library[last->title] = last;
        if (round % 3 == 0) exchange.put(write(random, nullptr));
        if (auto foreign = exchange.take()) {
            std::sort(foreign->words.begin(), foreign->words.end());
            std::ostringstream line;
            for (const auto &word : foreign->words) line << word << ' ';
            foreign->title += line.str().substr(0, 40);
            received.push_back(foreign);
            if (received.size() > 500) received.pop_front();
        }
        if (library.size() > 2000) {
            for (auto entry = library.begin(); entry != library.end();)
                entry = random(4) ? library.erase(entry) : std::next(entry);
            seen.remove_if([](const std::weak_ptr<Document> &document) { return document.expired(); });
            by_weight.erase(by_weight.begin(), by_weight.lower_bound(40));
        }
    }
    for (const auto &entry : library) sum += static_cast<long>(entry.second->counts.size());
    return sum;
}

}  // namespace

int main(int argc, char **argv) {
    int rounds = argc > 1 ? std::atoi(argv[1]) : 1000;
    std::vector<std::thread> threads;
    std::vector<long> sums(4);
    for (unsigned n = 0; n < sums.size(); n++)
        threads.emplace_back([n, rounds, &sums] { sums[n] = work(n + 1, rounds); });
    for (auto &thread : threads) thread.join();
    std::cout << "sum " << std::accumulate(sums.begin(), sums.end(), 0L) << '\n';
}
