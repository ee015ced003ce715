"""What the programs are compiled for, and where they run. PROGRAM_TARGET names another machine or C library: programs are compiled
for it. On that machine itself (Tests/Ports runs the judge there, in an imitation) PROGRAM_INSIDE=1 says that all is compiled. PROGRAM_LINK says
that the library is linked into them, in place of being preloaded: `dynamic`, or as a part of a program that is `static` or `static-pie`."""

import os
import re
import shlex
from pathlib import Path

NAME = os.environ.get("PROGRAM_TARGET", "")
LINK = os.environ.get("PROGRAM_LINK", "")
IS_INSIDE = bool(os.environ.get("PROGRAM_INSIDE"))
ROOT = Path(__file__).resolve().parent.parent.parent.parent

if NAME == "musl":
    # Debian's musl-tools. Its options for the linker replace gcc's own: the index of unwind tables and the build id that compilers
    # for musl make; and a thread's stack is to be as long as with glibc. The kernel's headers are in no folder of their own.
    # Tests/Ports/musl-folder.sh makes what stands here.
    FROM = ROOT / ".build/ports/musl"
    C = ["musl-gcc", "-Wl,--eh-frame-hdr,--build-id,-z,stack-size=8388608", "-idirafter", str(FROM / "include")]
    if not LINK:
        C += [str(FROM / "names.so")]
    CXX = []
elif NAME:
    C, CXX = [f"{NAME}-linux-gnu-gcc"], [f"{NAME}-linux-gnu-g++"]
else:
    C, CXX = shlex.split(os.environ.get("CC", "cc")), shlex.split(os.environ.get("CXX", "g++"))
BUILD = ROOT / ".build" / "-".join(part for part in ("programs", NAME, LINK) if part)
LIBRARY = ROOT / "dist" / ("" if NAME == "musl" else NAME) / ("libswiftmalloc.a" if LINK else "libswiftmalloc.so")
# Another C library's malloc need not answer as glibc's does, and a program that the library is linked into has no other one.
COMPARES = NAME != "musl" and not LINK
# Programs that cannot be what they test when the library is linked into them.
PRELOADED_ALONE = {
    "own_malloc_family_stays_in_force": "has functions of the library's names, twice then",
    "own_malloc_is_told_at_the_start": "preloads the library itself",
    "wrappers_of_malloc_get_our_blocks": "has functions of the library's names, twice then",
    "dladdr_names_every_exported_function": "expects the library's file name",
    "live_cannot_publish": "preloads the library itself",
    "leak_interface_beside_a_sanitizer": "preloads the library itself",
}
# What does not hold in a static program.
NOT_STATIC = {
    "debug_report_with_stderr_closed": "a static program's standard error is kept open under a second number",
    "debug_source_cannot_stop_a_report": "shows source in a report, which a static program has not",
    "debug_source_in_the_report": "shows source in a report, which a static program has not",
    "debug_source_with_carriage_returns": "shows source in a report, which a static program has not",
    "debug_without_libdw": "a static program loads no library",
    "debug_without_libunwind": "a static program loads no library",
    "guarded_in_a_child_of_fork": "expects the first block of a size to be sampled; the C library had one before",
    "leak_all_without_leaks": "counts what the C library allocates",
    "leak_json_of_suppressed": "counts what the C library allocates",
    "leak_none_is_said": "counts what the C library allocates",
    "leak_with_stderr_closed": "a static program's standard error is kept open under a second number",
    "new_handler_is_called_in_a_loop": "a static program's new (nothrow) asks no handler",
    "probes_tell_of_sampled_blocks": "asks for functions by name, and a static program cannot",
    "profile_names_build_ids": "expects the C library's file",
    "stats_count_from_the_first_block": "counts what the C library allocates",
}
# An imitated processor is slower.
PATIENCE = 10 if IS_INSIDE else 1


def _reasons(file):
    """The programs that a table of Tests/Ports names, and why."""
    table = ROOT / "Tests/Ports" / file
    if not NAME or not table.exists():
        return {}
    return dict(line.split("\t", 1) for line in table.read_text().splitlines() if line and not line.startswith("#"))


LEFT_OUT = _reasons(f"{NAME}.tsv")
# Run all the same: one that passes is named for nothing.
FAILING = _reasons(f"{NAME}-failing.tsv")


def compiles(source):
    """Whether there is a compiler for a source of this kind."""
    return source.suffix == ".c" or source.suffix == ".cpp" and bool(CXX) or source.suffix == ".swift" and not NAME


def reason_to_skip(case):
    """Why this case cannot be compiled or linked so, or is not judged; empty when it is."""
    is_swift = case.program.source.suffix == ".swift"
    if not compiles(case.program.source):
        return f"no {'Swift' if is_swift else 'C++'} for {NAME} and its C library is here"
    if case.program.name in LEFT_OUT:
        return LEFT_OUT[case.program.name]
    if not LINK:
        return ""
    if "{LIBRARY}" in " ".join(case.program.all("link")):
        return "is linked against the preloaded library"
    if is_swift:
        return "Examples/Process is the program in Swift that the library is linked into"
    if case.program.name in PRELOADED_ALONE:
        return PRELOADED_ALONE[case.program.name]
    return "" if LINK == "dynamic" else reason_not_static(case.program)


def reason_not_static(program):
    """Why this program cannot be static; empty when it can."""
    if program.name in NOT_STATIC:
        return NOT_STATIC[program.name]
    text = "\n".join(program.lines)
    if program.has("needs") or "dlopen" in text:
        return "uses a library, and a static program has none"
    if re.search(r"\bdl(v?sym|addr)\b|\bfunction\(|\bcheck(Heap|Leaks)\(|\bfree(Aligned)?Sized\(", text):
        return "asks for functions by name, and a static program cannot"
    if any("{FILE}" in value or "{LINE" in value or re.search(r"\.c(pp)?:", value) for _, value in program.keys):
        return "expects lines in a report, which a static program has not"
    return ""


def link_flags(library, is_cxx):
    """What links the library into a program; nothing where it is preloaded."""
    if not LINK:
        return []
    # Programs ask for functions by name; and what docs/linking.md says of static ones.
    way = ["-rdynamic", "-Wl,-z,now"] if LINK == "dynamic" else [f"-{LINK}", "-Wl,--eh-frame-hdr"]
    if is_cxx and LINK != "dynamic":
        way += [f"-Wl,--undefined={name}" for name in ("_ZSt17__throw_bad_allocv", "_ZSt15get_new_handlerv", "__cxa_demangle")]
    return [str(library), "-Wl,--undefined=malloc", *way]


def heard(errors):
    """What is judged of a program's standard error. Tests/Linked/cases.sh expects the line that is left out of a static program's."""
    return re.sub(r"^==\d+==WARNING: swiftmalloc: the program is linked statically: .*\n", "", errors, flags=re.M) if LINK.startswith("static") else errors
