// The body of symbols.h.

#define _GNU_SOURCE
#include "symbols.h"

#include "debug_files.h"
#include "demangle.h"
#include "dynamic.h"
#include "libdw.h"
#include "loader.h"
#include "names_taken.h"
#include "program_symbol.h"
#include "system_call.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Short, as it stands before every call.
#define dw swiftmalloc_libdw

static Dwfl *session;
static Dwfl_Callbacks callbacks;
static struct swiftmalloc_symbol_helpers helpers;

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
    swiftmalloc_use_swift_demangler((void *)address);
    return DWARF_CB_ABORT;
  }
  // Only the first module, the program.
  return DWARF_CB_ABORT;
}

static int find_elf(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                    char **file_name, Elf **elf) {
  const int file = swiftmalloc_open_mapped_file(name, base);
  // What is no file, as the kernel's own code, libdw reads from memory.
  if (file < 0 && *name != '/')
    return dw.dwfl_linux_proc_find_elf(module, data, name, base, file_name, elf);
  if (file >= 0) *file_name = strdup(name);
  return file;
}

// Not libdw's standard way: it loads libdebuginfod, and libcurl with it, into the program.
static int find_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                          const char *file_name, const char *link, GElf_Word checksum,
                          char **found) {
  int file = dw.dwfl_build_id_find_debuginfo(module, data, name, base, file_name, link, checksum,
                                             found);
  if (file >= 0 || !link || !file_name) return file;
  char path[4096];
  file = swiftmalloc_open_debug_link(file_name, link, checksum, path);
  if (file >= 0) *found = strdup(path);
  return file;
}

int swiftmalloc_symbols_open(struct swiftmalloc_symbol_helpers given) {
  helpers = given;
  if (swiftmalloc_is_loader_held()) return 1;
  swiftmalloc_find_demanglers();
  // libdw brings a C library of its own, which a static program has no place for.
  if (swiftmalloc_is_static()) return 1;
  // Without libdw the loader's names serve.
  if (swiftmalloc_file_names_are_lost()) return 1;
  if (!swiftmalloc_load_libdw()) return 0;
  callbacks.find_elf = find_elf;
  callbacks.find_debuginfo = find_debuginfo;
  session = dw.dwfl_begin(&callbacks);
  if (!session) return 1;
  dw.dwfl_report_begin(session);
  if (dw.dwfl_linux_proc_report(session, (pid_t)swiftmalloc_system_call(SYS_getpid, 0, 0, 0, 0, 0, 0)) != 0 ||
      dw.dwfl_report_end(session, NULL, NULL) != 0)
    swiftmalloc_symbols_close();
  if (session && !swiftmalloc_has_swift_demangler())
    dw.dwfl_getmodules(session, find_swift_demangler, NULL, 0);
  return 1;
}

void swiftmalloc_symbols_close(void) {
  if (session) dw.dwfl_end(session);
  session = NULL;
}

typedef void (*symbol_body)(const struct swiftmalloc_symbol *, void *);

static void tell(struct swiftmalloc_symbol *symbol, symbol_body body, void *context) {
  static char rust[4096];
  const char *function = symbol->function;
  const int is_rust =
      function && helpers.demangle_rust && helpers.demangle_rust(function, rust, sizeof rust);
  char *readable = function && !is_rust ? swiftmalloc_demangled(function) : NULL;
  if (is_rust || readable) symbol->function = is_rust ? rust : readable;
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
  symbol->line = (unsigned)line;
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

// The file and the build id of loaded code; the module holds what the symbol points to.
static void set_module(struct swiftmalloc_symbol *symbol, const struct swiftmalloc_module *module) {
  symbol->module = module->path;
  symbol->offset = symbol->address - 1 - module->start;
  symbol->build_id = module->build_id;
  symbol->build_id_length = (int)module->build_id_length;
}

static const char *loaders_name(uintptr_t pc) {
  Dl_info information;
  if (swiftmalloc_is_static()) return swiftmalloc_program_name_at(pc);
  if (swiftmalloc_is_loader_held()) return NULL;
  if (swiftmalloc_dladdr((void *)pc, &information) && information.dli_sname) return information.dli_sname;
  // A program exports few of its functions.
  return swiftmalloc_program_name_at(pc);
}

// The frames that main and the functions of threads are called from are the same in every program, and their lines tell
// nothing. Debian keeps those apart and compressed: to unpack the C library's would take ten times as long as the report.
static int is_outermost(const char *function) {
  static const char *const names[] = {"__libc_start_", "start_thread", "clone3", "__clone"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (!strncmp(function, names[index], strlen(names[index]))) return 1;
  return 0;
}

void swiftmalloc_symbols_at(uintptr_t pc, symbol_body body, void *context) {
  struct swiftmalloc_symbol symbol = {.address = pc + 1, .is_innermost = 1};
  struct swiftmalloc_module loaded;
  const int is_loaded = swiftmalloc_module_at(pc, &loaded);
  if (is_loaded) set_module(&symbol, &loaded);
  if (!is_loaded && helpers.unloaded_module && helpers.unloaded_module(pc, &loaded)) {
    set_module(&symbol, &loaded);
    // Where the loader cannot be asked, what was seen last is taken for loaded.
    symbol.is_unloaded = !swiftmalloc_is_loader_held();
    tell(&symbol, body, context);
    return;
  }
  Dwfl_Module *module = session ? dw.dwfl_addrmodule(session, pc) : NULL;
  if (module) symbol.function = dw.dwfl_module_addrname(module, pc);
  if (!symbol.function) symbol.function = loaders_name(pc);
  if (!module) {
    tell(&symbol, body, context);
    return;
  }
  // By the kernel's path: the loader's may be relative, or lead through links.
  Dwarf_Addr start;
  symbol.module = dw.dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
  symbol.offset = pc - start;
  Dwarf_Addr bias;
  Dwarf_Die *unit = symbol.function && is_outermost(symbol.function) ? NULL : unit_at(module, pc, &bias);
  Dwarf_Line *line = unit ? dw.dwarf_getsrc_die(unit, pc - bias) : NULL;
  if (line) {
    symbol.file = dw.dwarf_linesrc(line, NULL, NULL);
    // As libdw says it, though lines are counted without a sign.
    dw.dwarf_lineno(line, (int *)&symbol.line);
    Dwarf_Attribute folder;
    if (dw.dwarf_attr(unit, DW_AT_comp_dir, &folder)) symbol.folder = dw.dwarf_formstring(&folder);
  }
  if (unit) tell_inlined(unit, pc - bias, &symbol, body, context);
  tell(&symbol, body, context);
}
