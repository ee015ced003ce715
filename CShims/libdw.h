// libdw's functions, which are reached by name: its headers give their types. Not for Swift.

#ifndef SWIFTMALLOC_LIBDW_H
#define SWIFTMALLOC_LIBDW_H

#include <dwarf.h>
#if !__has_include(<elfutils/libdwfl.h>)
#error "swiftmalloc needs the headers of elfutils: install Debian's package libdw-dev"
#endif
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#define LIBDW_FUNCTIONS(F)                                                                        \
  F(dwfl_begin) F(dwfl_end) F(dwfl_report_begin) F(dwfl_linux_proc_report) F(dwfl_report_end)     \
  F(dwfl_linux_proc_find_elf) F(dwfl_build_id_find_debuginfo) F(dwfl_addrmodule)                  \
  F(dwfl_module_addrname) F(dwfl_module_addrdie) F(dwfl_module_info)                              \
  F(dwfl_module_nextcu) F(dwfl_getmodules) F(dwfl_module_getsymtab) F(dwfl_module_getsym_info)    \
  F(dwarf_haspc) F(dwarf_getsrc_die) F(dwarf_linesrc) F(dwarf_lineno) F(dwarf_getscopes)          \
  F(dwarf_diename) F(dwarf_tag) F(dwarf_attr) F(dwarf_attr_integrate) F(dwarf_formudata)          \
  F(dwarf_formstring) F(dwarf_getsrcfiles) F(dwarf_filesrc) F(dwarf_diecu)

struct swiftmalloc_libdw {
#define MEMBER(name) __typeof__(name) *name;
  LIBDW_FUNCTIONS(MEMBER)
#undef MEMBER
};

extern struct swiftmalloc_libdw swiftmalloc_libdw;

/// Loads libdw if it is not loaded yet: whether it is there.
int swiftmalloc_load_libdw(void);

#endif
