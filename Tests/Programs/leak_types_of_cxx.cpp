// Proves that a leak report says the types of objects of C++ with virtual functions, and a cycle of std::shared_ptr: with the
// object in its count, or behind it. A std::weak_ptr makes none.
// report: ^Direct leak of 656 byte\(s\) in 1 object\(s\) of app::Lone (allocated|of up to)
// report: ^  retain cycle: std::_Sp_counted_ptr_inplace<app::Handler, .*\+\d+ → std::_Sp_counted_ptr_inplace<app::Handler, .*\+\d+ → std::_Sp_counted_ptr_inplace<app::Handler,
// report-not: retain cycle: .*app::Observed
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_FRAMES=0
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// expect: exit 23
#include "leak.h"

#include <memory>

namespace app {
struct Base {
  virtual ~Base() = default;
  long number = 1;
};
struct Lone : Base {
  long more[80] = {};
};
struct Handler : Base {
  std::shared_ptr<Handler> next;
};
struct Plain {
  std::shared_ptr<Plain> next;
  long more[50] = {};
};
struct Observed : Base {
  std::shared_ptr<Observed> next;
  std::weak_ptr<Observed> back;
  long more[100] = {};
};
} // namespace app

HELPER void loseAll(void) {
  hide(new app::Lone);
  auto first = std::make_shared<app::Handler>(), second = std::make_shared<app::Handler>();
  first->next = second;
  second->next = first;
  std::shared_ptr<app::Plain> plain(new app::Plain), other(new app::Plain);
  plain->next = other;
  other->next = plain;
  auto one = std::make_shared<app::Observed>(), two = std::make_shared<app::Observed>();
  one->next = two;
  two->back = one;
  // Nobody releases it.
  hide(new (std::nothrow) std::shared_ptr<app::Observed>(one));
}

int main(void) {
  away(loseAll);
  return 0;
}
