// dladdr(3), and so backtrace_symbols(3) and perf, know the library's functions, their insides included.
// link: -ldl
// also: DEBUG=1
#include "check.h"

#include <dlfcn.h>
#include <link.h>

static void look(const char *name, const char *other) {
  char *function = dlsym(RTLD_DEFAULT, name);
  CHECK(function, "%s", name);
  size_t size = 1;
  for (int end = 0; end < 2; end++) {
    Dl_info information;
    const ElfW(Sym) *symbol = NULL;
    CHECK(dladdr1(function + (end ? size - 1 : 0), &information, (void **)&symbol, RTLD_DL_SYMENT), "%s", name);
    CHECK(information.dli_sname && symbol, "%s", name);
    CHECK(!strcmp(information.dli_sname, name) || !strcmp(information.dli_sname, other), "%s", name);
    CHECK(information.dli_saddr == function && symbol->st_size > 1, "%s", name);
    size = symbol->st_size;
    CHECK(strstr(information.dli_fname, "swiftmalloc"), "%s", name);
  }
}

int main(void) {
  look("malloc", "__libc_malloc");
  look("calloc", "__libc_calloc");
  look("realloc", "__libc_realloc");
  look("posix_memalign", "posix_memalign");
  look("malloc_usable_size", "malloc_usable_size");
  look("_Znwm", "_Znwm");
  look("_ZdlPvm", "_ZdlPvm");
  look("swiftmalloc_check", "swiftmalloc_check");
  return 0;
}
