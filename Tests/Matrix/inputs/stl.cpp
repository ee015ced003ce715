// The C++ work of the program matrix: containers, streams, exceptions, threads; prints the same on every run.
#include <algorithm>
#include <any>
#include <deque>
#include <functional>
#include <future>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#ifndef NO_REGEX
#include <regex>
#endif
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

struct alignas(64) Aligned { double values[8]; };

struct Shape { virtual ~Shape() = default; virtual double area() const = 0; };
struct Square : Shape { double side; explicit Square(double s) : side(s) {} double area() const override { return side * side; } };
struct Circle : Shape { double radius; std::string name; explicit Circle(double r) : radius(r), name(40, 'c') {} double area() const override { return 3 * radius * radius; } };

static unsigned long churn(unsigned long seed) {
    std::map<std::string, std::vector<unsigned long>> table;
    std::unordered_map<unsigned long, std::list<std::string>> lists;
    for (int i = 0; i < 20000; ++i) {
        seed = seed * 16807 % 2147483647;
        table["key " + std::to_string(seed % 1009)].push_back(seed % 101);
        lists[seed % 503].push_back(std::string(seed % 70, 'x'));
        if (seed % 9 == 0) lists.erase(seed % 97);
    }
    unsigned long sum = 0;
    for (auto &[key, values] : table) sum += key.size() * std::accumulate(values.begin(), values.end(), 0ul);
    for (auto &[key, list] : lists) for (auto &text : list) sum += key ^ text.size();
    return sum;
}

template <int depth> struct Nest { std::tuple<std::variant<int, std::string>, std::optional<std::any>> own; std::shared_ptr<Nest<depth - 1>> next = std::make_shared<Nest<depth - 1>>(); int count() const { return 1 + next->count(); } };
template <> struct Nest<0> { int count() const { return 0; } };

int main() {
    std::vector<std::future<unsigned long>> futures;
    for (unsigned long i = 1; i <= 8; ++i) futures.push_back(std::async(std::launch::async, churn, i));
    for (auto &future : futures) std::cout << "churn " << future.get() << '\n';

    std::vector<std::unique_ptr<Shape>> shapes;
    for (int i = 0; i < 10000; ++i) { if (i % 3) shapes.push_back(std::make_unique<Square>(i)); else shapes.push_back(std::make_unique<Circle>(i)); }
    double area = 0;
    for (auto &shape : shapes) area += shape->area();
    std::cout << "shapes " << area << '\n';

    std::vector<Aligned> aligned(1000);
    std::vector<std::unique_ptr<Aligned>> single;
    for (int i = 0; i < 1000; ++i) single.push_back(std::make_unique<Aligned>());
    bool straight = reinterpret_cast<unsigned long>(aligned.data()) % 64 == 0;
    for (auto &one : single) straight = straight && reinterpret_cast<unsigned long>(one.get()) % 64 == 0;
    std::cout << "aligned " << straight << '\n';

    int caught = 0;
    for (int i = 0; i < 2000; ++i) {
        try {
            if (i % 2) throw std::runtime_error("error " + std::string(static_cast<size_t>(i), 'e'));
            (void)std::vector<int>(4).at(9);
        } catch (const std::out_of_range &) { ++caught; } catch (const std::exception &error) { caught += std::string(error.what()).size() > 5; }
    }
    std::cout << "caught " << caught << '\n';
    volatile size_t tooMuch = static_cast<size_t>(-1) / 4;
    try { std::vector<char> huge(tooMuch); std::cout << "allocated " << &huge[0] << '\n'; } catch (const std::bad_alloc &) { std::cout << "bad_alloc\n"; }

#ifndef NO_REGEX
    std::regex pattern("(w[0-9a-f]+)@(host[0-9])");
    std::ostringstream text;
    for (unsigned i = 0; i < 2000; ++i) text << 'w' << std::hex << i * 7919 << "@host" << i % 13 << ' ';
    std::string string = text.str();
    std::cout << "regex " << std::distance(std::sregex_iterator(string.begin(), string.end(), pattern), std::sregex_iterator()) << '\n';
#endif

    std::priority_queue<std::pair<unsigned, std::string>> heap;
    for (unsigned i = 0; i < 20000; ++i) { heap.emplace(i * 2654435761u % 10007, std::to_string(i)); if (heap.size() > 500) heap.pop(); }
    std::cout << "heap " << heap.top().second << '\n';
    std::vector<std::function<int(int)>> functions;
    for (int i = 0; i < 5000; ++i) functions.push_back([i, data = std::vector<int>(static_cast<size_t>(i % 30))](int n) { return n + i + static_cast<int>(data.size()); });
    long total = 0;
    for (auto &function : functions) total += function(1);
    std::cout << "functions " << total << " nest " << Nest<60>().count() << '\n';
    std::vector<std::thread> threads;
    for (int i = 0; i < 40; ++i) threads.emplace_back([] { thread_local std::string own(200, 't'); std::deque<std::string> d(100, own); });
    for (auto &thread : threads) thread.join();
    std::cout << "threads " << threads.size() << '\n';
}
