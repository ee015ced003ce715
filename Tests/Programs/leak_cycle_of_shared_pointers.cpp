// Proves that a leak report tells cycles of std::shared_ptr through a std::vector and among objects of std::enable_shared_from_this, and none
// where the pointer that leads back is weak, was taken out of the vector, or stands in memory that nobody owns.
// report: {CYCLE}
// report: ^SUMMARY
// report-not: retain cycle: .*{WITHOUT}
// arguments: KIND=1 KIND=2 KIND=3 KIND=4 KIND=5 KIND=6 KIND=7 KIND=8
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// expect: exit 23
// not-compared: Valgrind knows no types
#include "leak.h"

#include <memory>
#include <vector>
ARGUMENT(int, KIND)

struct Tree {
  virtual ~Tree() = default;
  std::vector<std::shared_ptr<Tree>> children;
};
struct Plain {
  std::vector<std::shared_ptr<Plain>> children;
};
struct Base {
  virtual ~Base() = default;
};
struct Self : Base, std::enable_shared_from_this<Self> {
  std::shared_ptr<Self> next;
  std::weak_ptr<Self> back;
};
struct Heir : Self {
  long more = 1;
};
struct View {
  virtual ~View() = default;
  std::shared_ptr<View> *begin = nullptr, *end = nullptr;
};

template <class T> void leak(const std::shared_ptr<T> &object) { hide(new (std::nothrow) std::shared_ptr<T>(object)); }

HELPER void lose(void) {
  if (KIND == 1) {  // the object in its count
    auto parent = std::make_shared<Tree>(), child = std::make_shared<Tree>();
    parent->children.push_back(child);
    child->children.push_back(parent);
  }
  if (KIND == 2) {  // behind it, and without virtual functions
    std::shared_ptr<Plain> one(new Plain);
    one->children = {std::make_shared<Plain>(), one};
  }
  if (KIND == 3 || KIND == 4) {
    auto one = KIND == 3 ? std::make_shared<Self>() : std::shared_ptr<Self>(new Heir), two = std::make_shared<Self>();
    one->next = two;
    two->next = one;
  }
  if (KIND == 5) {  // a weak reference beside the object's own
    auto one = std::make_shared<Self>(), two = std::make_shared<Self>();
    one->next = two;
    two->back = one;
    leak(one);
  }
  if (KIND == 6) {  // its own alone
    auto one = std::make_shared<Self>();
    leak(one);
  }
  if (KIND == 7) {  // taken out of the vector
    auto one = std::make_shared<Tree>();
    one->children.reserve(4);
    one->children.push_back(std::make_shared<Tree>());
    one->children.push_back(one);
    one->children.pop_back();
    leak(one);
  }
  if (KIND == 8) {  // somebody else's memory
    auto one = std::make_shared<View>();
    one->begin = static_cast<std::shared_ptr<View> *>(calloc(2, sizeof(std::shared_ptr<View>)));
    one->end = one->begin + 2;
    new (one->begin) std::shared_ptr<View>(one);
  }
}

int main(void) {
  const char *cycles[] = {"retain cycle: .*<Tree.* → untyped.* → .*<Tree", "retain cycle: .*untyped.* → .*Plain",
                          "retain cycle: .*<Self,.* → .*<Self,", "retain cycle: .*<Self,.* → "};
  dprintf(1, "cycle=%s\nwithout=%s\n", KIND <= 4 ? cycles[KIND - 1] : "^Direct leak", KIND <= 4 ? "nothing" : ".");
  away(lose);
  return 0;
}
