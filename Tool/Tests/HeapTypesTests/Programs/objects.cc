// Objects with tables of functions, and blocks that only look so. Each line: the name that the tool should say, the block's address,
// its size.

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace app {
struct Handler { virtual ~Handler() {} virtual void handle() = 0; long number = 1; };
struct Closer : Handler { void handle() override {} std::string name; };
namespace { struct Hidden : Handler { void handle() override {} }; }
template <class T> struct Pool { virtual ~Pool() {} T item{}; };
struct First { virtual ~First() {} long a = 1; };
struct Second { virtual ~Second() {} long b = 2; };
struct Both : First, Second {};
struct Diamond : virtual First, virtual Second { long c = 3; };
}  // namespace app

static void say(const char *name, const void *block) {
  printf("%s\t%lu\t%zu\n", name, (unsigned long)block, malloc_usable_size((void *)block));
}

int main() {
  say("app::Closer", new app::Closer);
  say("app::(anonymous namespace)::Hidden", new app::Hidden);
  say("app::Pool<int>", new app::Pool<int>);
  say("app::Pool<app::Closer*>", new app::Pool<app::Closer *>);
  app::Both *both = new app::Both;
  say("app::Both", both);
  say("app::Diamond", new app::Diamond);
  say("std::runtime_error", new std::runtime_error("no"));
  // A copy of a pointer into the middle of an object, of one to a table's second part, of typeinfo and of a function.
  void **copies = new void *[4]{};
  copies[0] = *(void **)static_cast<app::Second *>(both);
  say("untyped", copies);
#ifdef __GXX_RTTI
  void **others = new void *[4]{};
  others[0] = (void *)&typeid(app::Both);
  say("untyped", others);
#endif
  void **functions = new void *[4]{};
  functions[0] = (void *)&say;
  say("untyped", functions);
  say("untyped", new std::vector<int>(3));
  say("untyped", new std::string(100, 'x'));
  puts("ready");
  fflush(stdout);
  for (;;) sleep(1000);
}
