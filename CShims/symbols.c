// The body of symbols.h. libdw's functions are reached by name; its headers give their types.

#define _GNU_SOURCE
#include "symbols.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBDW_FUNCTIONS(F)                                                                        \
  F(dwfl_begin) F(dwfl_end) F(dwfl_report_begin) F(dwfl_linux_proc_report) F(dwfl_report_end)     \
  F(dwfl_linux_proc_find_elf) F(dwfl_build_id_find_debuginfo) F(dwfl_addrmodule)                  \
  F(dwfl_module_addrname) F(dwfl_module_addrdie) F(dwfl_module_info) F(dwfl_module_build_id)      \
  F(dwfl_module_nextcu) F(dwfl_getmodules) F(dwfl_module_getsymtab) F(dwfl_module_getsym_info)    \
  F(dwarf_haspc) F(dwarf_getsrc_die) F(dwarf_linesrc) F(dwarf_lineno) F(dwarf_getscopes)          \
  F(dwarf_diename) F(dwarf_tag) F(dwarf_attr) F(dwarf_attr_integrate) F(dwarf_formudata)          \
  F(dwarf_formstring) F(dwarf_getsrcfiles) F(dwarf_filesrc) F(dwarf_diecu)

static struct {
#define MEMBER(name) __typeof__(name) *name;
  LIBDW_FUNCTIONS(MEMBER)
} dw;
static Dwfl *session;
static Dwfl_Callbacks callbacks;

static char *(*demangle_cxx)(const char *, char *, size_t *, int *);
static char *(*demangle_swift)(const char *, size_t, char *, size_t *, uint32_t);

static void find_demanglers(void) {
  *(void **)&demangle_cxx = dlsym(RTLD_DEFAULT, "__cxa_demangle");
  *(void **)&demangle_swift = dlsym(RTLD_DEFAULT, "swift_demangle");
  if (demangle_cxx) return;
  void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
  if (library) *(void **)&demangle_cxx = dlsym(library, "__cxa_demangle");
}

// A program that holds Swift's runtime (-static-stdlib) keeps its names to itself.
static int find_swift_demangler(Dwfl_Module *module, void **data, const char *name,
                                Dwarf_Addr start, void *context) {
  (void)data, (void)name, (void)start, (void)context;
  int count = dw.dwfl_module_getsymtab(module);
  for (int index = 1; index < count; index++) {
    GElf_Sym symbol;
    GElf_Addr address;
    const char *found =
        dw.dwfl_module_getsym_info(module, index, &symbol, &address, NULL, NULL, NULL);
    if (!found || strcmp(found, "swift_demangle") || GELF_ST_TYPE(symbol.st_info) != STT_FUNC)
      continue;
    *(void **)&demangle_swift = (void *)address;
    return DWARF_CB_ABORT;
  }
  // Only the first module, the program.
  return DWARF_CB_ABORT;
}

static int load_libdw(void) {
  if (dw.dwfl_begin) return 1;
  void *library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
  int missing = 0;
#define LOAD(name) missing |= !(*(void **)&dw.name = dlsym(library, #name));
  LIBDW_FUNCTIONS(LOAD)
  if (missing) dw.dwfl_begin = NULL;
  return !missing;
}

int swiftmalloc_symbols_open(void) {
  find_demanglers();
  if (!load_libdw()) return 0;
  callbacks.find_elf = dw.dwfl_linux_proc_find_elf;
  // The one that looks on this machine only: others ask servers.
  callbacks.find_debuginfo = dw.dwfl_build_id_find_debuginfo;
  session = dw.dwfl_begin(&callbacks);
  if (!session) return 1;
  dw.dwfl_report_begin(session);
  if (dw.dwfl_linux_proc_report(session, getpid()) != 0 ||
      dw.dwfl_report_end(session, NULL, NULL) != 0)
    swiftmalloc_symbols_close();
  if (session && !demangle_swift)
    dw.dwfl_getmodules(session, find_swift_demangler, NULL, 0);
  return 1;
}

void swiftmalloc_symbols_close(void) {
  if (session) dw.dwfl_end(session);
  session = NULL;
}

// A legacy Rust name ends in a hash that tells people nothing: ::h and sixteen digits.
static void drop_rust_hash(char *name) {
  size_t length = strlen(name);
  if (length < 20 || strncmp(name + length - 19, "::h", 3)) return;
  if (strspn(name + length - 16, "0123456789abcdef") == 16) name[length - 19] = 0;
}

// The name as its language writes it, to be freed, or null when it is not mangled.
static char *demangled(const char *name) {
  if (!strncmp(name, "_Z", 2) && demangle_cxx) {
    int status = 0;
    char *readable = demangle_cxx(name, NULL, NULL, &status);
    if (readable) drop_rust_hash(readable);
    return readable;
  }
  const int is_swift = !strncmp(name, "$s", 2) || !strncmp(name, "$S", 2) || !strncmp(name, "_$s", 3);
  return is_swift && demangle_swift ? demangle_swift(name, strlen(name), NULL, NULL, 0) : NULL;
}

typedef void (*symbol_body)(const struct swiftmalloc_symbol *, void *);

static void tell(struct swiftmalloc_symbol *symbol, symbol_body body, void *context) {
  char *readable = symbol->function ? demangled(symbol->function) : NULL;
  if (readable) symbol->function = readable;
  body(symbol, context);
  free(readable);
  symbol->is_innermost = 0;
}

// The mangled name of a function's entry, or the plain one.
static const char *name_of(Dwarf_Die *function) {
  Dwarf_Attribute attribute;
  if (dw.dwarf_attr_integrate(function, DW_AT_linkage_name, &attribute))
    return dw.dwarf_formstring(&attribute);
  return dw.dwarf_diename(function);
}

// Where an inlined function was called: what stands in the caller's place.
static void set_call_site(struct swiftmalloc_symbol *symbol, Dwarf_Die *inlined) {
  Dwarf_Attribute attribute;
  Dwarf_Word file = 0, line = 0;
  symbol->file = NULL;
  symbol->line = 0;
  if (!dw.dwarf_attr(inlined, DW_AT_call_file, &attribute) ||
      dw.dwarf_formudata(&attribute, &file) || !dw.dwarf_attr(inlined, DW_AT_call_line, &attribute) ||
      dw.dwarf_formudata(&attribute, &line))
    return;
  Dwarf_Die unit;
  Dwarf_Files *files;
  size_t count;
  if (!dw.dwarf_diecu(inlined, &unit, NULL, NULL) ||
      dw.dwarf_getsrcfiles(&unit, &files, &count) || file >= count)
    return;
  symbol->file = dw.dwarf_filesrc(files, file, NULL, NULL);
  symbol->line = (int)line;
}

// The compilation unit of the code at the address. Clang and Swift write no table that leads to it: then
// every unit is asked.
static Dwarf_Die *unit_at(Dwfl_Module *module, uintptr_t pc, Dwarf_Addr *bias) {
  Dwarf_Die *unit = dw.dwfl_module_addrdie(module, pc, bias);
  if (unit) return unit;
  while ((unit = dw.dwfl_module_nextcu(module, unit, bias)))
    if (dw.dwarf_haspc(unit, pc - *bias) > 0) break;
  return unit;
}

// Tells of the inlined functions at the address in a unit; leaves the function that holds them in `symbol`.
static void tell_inlined(Dwarf_Die *unit, Dwarf_Addr pc, struct swiftmalloc_symbol *symbol,
                         symbol_body body, void *context) {
  Dwarf_Die *scopes = NULL;
  int count = dw.dwarf_getscopes(unit, pc, &scopes);
  const char *outermost = symbol->function;
  for (int index = 0; index < count; index++) {
    int tag = dw.dwarf_tag(&scopes[index]);
    if (tag == DW_TAG_subprogram) break;
    if (tag != DW_TAG_inlined_subroutine) continue;
    symbol->function = name_of(&scopes[index]);
    tell(symbol, body, context);
    set_call_site(symbol, &scopes[index]);
  }
  symbol->function = outermost;
  free(scopes);
}

static int holds(const struct dl_phdr_info *object, uintptr_t pc) {
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type == PT_LOAD && pc - object->dlpi_addr - segment->p_vaddr < segment->p_memsz)
      return 1;
  }
  return 0;
}

// The build id is a note (ELF, "GNU", type 3) in a segment of notes.
static int find_build_id(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  struct swiftmalloc_symbol *symbol = context;
  if (!holds(object, symbol->address - 1)) return 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_NOTE) continue;
    const char *next = (const char *)(object->dlpi_addr + segment->p_vaddr);
    const char *end = next + segment->p_memsz;
    while (next + sizeof(ElfW(Nhdr)) <= end) {
      const ElfW(Nhdr) *note = (const void *)next;
      const char *text = next + sizeof *note;
      const char *bytes = text + ((note->n_namesz + 3) & ~3u);
      if (note->n_type == 3 && note->n_namesz == 4 && !memcmp(text, "GNU", 4)) {
        symbol->build_id = (const unsigned char *)bytes;
        symbol->build_id_length = (int)note->n_descsz;
        return 1;
      }
      next = bytes + ((note->n_descsz + 3) & ~3u);
    }
  }
  return 1;
}

static void tell_what_the_loader_knows(uintptr_t pc, symbol_body body, void *context) {
  struct swiftmalloc_symbol symbol = {.address = pc + 1, .is_innermost = 1};
  Dl_info information;
  if (dladdr((void *)pc, &information) && information.dli_fname) {
    symbol.function = information.dli_sname;
    symbol.module = information.dli_fname;
    symbol.offset = pc - (uintptr_t)information.dli_fbase;
    dl_iterate_phdr(find_build_id, &symbol);
  }
  tell(&symbol, body, context);
}

void swiftmalloc_symbols_at(uintptr_t pc, symbol_body body, void *context) {
  Dwfl_Module *module = session ? dw.dwfl_addrmodule(session, pc) : NULL;
  if (!module) {
    tell_what_the_loader_knows(pc, body, context);
    return;
  }
  struct swiftmalloc_symbol symbol = {.address = pc + 1, .is_innermost = 1};
  Dwarf_Addr start;
  symbol.module = dw.dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
  symbol.offset = pc - start;
  symbol.function = dw.dwfl_module_addrname(module, pc);
  GElf_Addr place;
  symbol.build_id_length = dw.dwfl_module_build_id(module, &symbol.build_id, &place);
  Dwarf_Addr bias;
  Dwarf_Die *unit = unit_at(module, pc, &bias);
  Dwarf_Line *line = unit ? dw.dwarf_getsrc_die(unit, pc - bias) : NULL;
  if (line) {
    symbol.file = dw.dwarf_linesrc(line, NULL, NULL);
    dw.dwarf_lineno(line, &symbol.line);
  }
  if (unit) tell_inlined(unit, pc - bias, &symbol, body, context);
  tell(&symbol, body, context);
}
