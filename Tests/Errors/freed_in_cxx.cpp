// Containers and objects of C++: what invalidated iterators and references still name.
// freed-read: HOW=iterator HOW=view HOW=virtual
// freed-write: HOW=reference HOW=element
#include "error.h"
#include <map>
#include <string>
#include <string_view>
#include <vector>

struct Shape {
    virtual ~Shape() {}
    virtual long corners() { return 3; }
};

void by_iterator() {
    std::vector<long> numbers(16);
    auto first = numbers.begin();
    numbers.resize(1000);
    sink += *(volatile long *)&*first;
}
void by_view() {
    std::string_view view = std::string(200, 'x') + "y";
    get(view.data(), 100, 1);
}
void by_virtual() {
    Shape *shape = (Shape *)hide(new Shape);
    delete shape;
    sink += ((Shape *)hide(shape))->corners();
}
void by_reference() {
    std::map<int, long> numbers{{1, 1}, {2, 2}};
    long &second = numbers[2];
    numbers.erase(2);
    *(volatile long *)&second = 3;
}
void by_element() {
    std::vector<std::vector<long>> rows(4, std::vector<long>(30));
    long *element = &rows[2][15];
    rows.clear();
    rows.shrink_to_fit();
    *(volatile long *)hide(element) = 1;
}

int main() {
    CHOICE(by_, HOW)();
    return end();
}
