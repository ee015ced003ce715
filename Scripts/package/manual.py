#!/usr/bin/env python3
"""The manual pages, in the language of man(7), out of what stands elsewhere: the table of docs/options.md, the functions of
swiftmalloc.h with their comments, and what the tool tells of its commands. The page goes to standard output.

usage: Scripts/package/manual.py swiftmalloc VERSION SECONDS
       Scripts/package/manual.py swiftmallocctl VERSION SECONDS <DUMP
  SECONDS   since 1970, for the date of the page
  DUMP      of swiftmallocctl --experimental-dump-help
"""
import json
import re
import sys
import time

HEADER = "CShims/include/swiftmalloc.h"
OPTIONS = "docs/options.md"


def plain(text):
    """Text that roff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "")
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def bold(text):
    return "\\fB" + plain(text) + "\\fR"


def italic(text):
    return "\\fI" + plain(text) + "\\fR"


def title(name, section, version, seconds):
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    print(f'.TH {name.upper()} {section} {date} "swiftmalloc {version}" "swiftmalloc"')


def part(heading):
    print(f".SH {heading}")


def paragraph(text):
    print(".PP\n" + text)


def tagged(tag, text):
    print(f".TP\n{tag}\n{text}")


def example(lines):
    print(".PP\n.in +4n\n.EX\n" + plain("\n".join(lines)) + "\n.EE\n.in")


def prose(text, wide_heading):
    """Paragraphs as the tool prints them: an indented line is an example, a line of capitals is a heading."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = block.split("\n")
        if lines[0].isupper():
            print(f"{wide_heading} {plain(lines.pop(0))}")
        shown, said = [], []
        for line in lines:
            if line.startswith("  "):
                shown.append(line[2:])
            else:
                if shown:
                    example(shown)
                    shown = []
                said.append(line)
        if said:
            paragraph(plain(" ".join(said)))
        if shown:
            example(shown)


def options():
    """Key, values, default, meaning of each option."""
    rows = [line.strip("|\n ").split(" | ") for line in open(OPTIONS) if line.startswith("| `")]
    rows = [[cell.strip() for cell in row] for row in rows]
    if not rows or any(len(row) != 4 for row in rows):
        sys.exit(f"{OPTIONS} has no table of options with four columns")
    return rows


def functions():
    """Of each function that programs call: the comment above it, and its prototype. Functions without a comment of their own
    have that of the one before."""
    text = open(HEADER).read()
    text = text[text.index('extern "C" {') : text.rindex("#ifdef __cplusplus")]
    found = []
    pattern = r"((?:^///.*\n)*)^((?:const char|void|int|size_t|swiftmalloc_heap) [^;{}()]*\((?:[^;{}]|\n)*?\));"
    for comment, prototype in re.findall(pattern, text, re.M):
        comment = " ".join(line[3:].strip() for line in comment.splitlines())
        prototype = " ".join(prototype.split()).replace("( ", "(") + ";"
        if not comment and found:
            found[-1][1].append(prototype)
        else:
            found.append((comment, [prototype]))
    return found


def library_page(version, seconds):
    title("swiftmalloc", 3, version, seconds)
    part("NAME")
    print(plain("swiftmalloc - a memory allocator to preload, with a debug heap, leak check, statistics and heap profiles"))
    part("SYNOPSIS")
    print(".nf")
    print(bold("LD_PRELOAD=libswiftmalloc.so") + " " + italic("program") + " ...")
    print(bold("SWIFTMALLOC_DEBUG=1 LD_PRELOAD=libswiftmalloc.so") + " " + italic("program") + " ...")
    print()
    print(bold("#include <swiftmalloc.h>"))
    print("Link with " + italic("-lswiftmalloc") + ".\n.fi")
    part("DESCRIPTION")
    print(plain("libswiftmalloc.so takes the place of malloc(3), free(3) and their kin, and of C++'s operators new and delete, in any "
                "dynamically linked program, when LD_PRELOAD names it (ld.so(8)), or when the program is linked with it. "
                "Without any option it is a production heap: a bad free ends the program with one line on standard error. "
                "Options turn the same library into a debugger. swiftmallocctl(1) sets them by its own options, and looks at "
                "running processes."))
    part("OPTIONS")
    print(plain("Each is an environment variable, such as SWIFTMALLOC_PURGE_DELAY=0. SWIFTMALLOC_OPTIONS=purge_delay=0,debug=1 has "
                "several; the single variable wins. A size may end in k, m, g or KiB, MB and so on. A wrong key or value is named once on "
                "standard error and changes nothing. A setuid program ignores them all. SWIFTMALLOC_HELP=1 prints the values in force."))
    for key, values, default, meaning in options():
        tagged(bold("SWIFTMALLOC_" + key.strip("`")), plain(meaning + ".") + "\n.br\n" + plain(f"Values: {values}. Default: {default}."))
    part("FUNCTIONS")
    paragraph(plain("Beside those of the C library. A program may declare them weak and test them for null, so that it also runs "
                    "without the library. C++ has a class over them in swiftmalloc_heap.hpp."))
    for comment, prototypes in functions():
        tagged("\n.TQ\n".join(bold(prototype) for prototype in prototypes), plain(comment))
    part("FILES")
    tagged(italic("/dev/shm/swiftmalloc-UID/PID"), plain("With LIVE: the counters of a process, for swiftmallocctl(1)."))
    tagged(italic("/usr/share/doc/swiftmalloc"), plain("Changes and licences."))
    part('"SEE ALSO"')
    print(plain("swiftmallocctl(1), malloc(3), ld.so(8)"))


def names_of(argument):
    """An argument as it is written on the command line."""
    value = " " + italic(argument.get("valueName", "value")) if argument["kind"] == "option" else ""
    if argument["kind"] == "positional":
        return italic(argument.get("valueName", "value"))
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    return ", ".join(bold(dashes[name["kind"]] + name["name"]) for name in argument["names"]) + value


def arguments(command):
    shown = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    for argument in shown:
        names = [name["name"] for name in argument.get("names") or []]
        if "help" in names or "version" in names:
            continue
        text = plain(" ".join((argument.get("abstract") or "").split()))
        if argument.get("defaultValue") not in (None, ""):
            text += plain(f" Default: {argument['defaultValue']}.")
        tagged(names_of(argument), text or "\\&")


def tool_page(version, seconds):
    command = json.load(sys.stdin)["command"]
    title("swiftmallocctl", 1, version, seconds)
    part("NAME")
    print(plain("swiftmallocctl - " + command["abstract"].rstrip(".")[0].lower() + command["abstract"].rstrip(".")[1:]))
    part("SYNOPSIS")
    print(bold("swiftmallocctl") + " " + italic("command") + " [" + italic("option") + " ...] [" + italic("argument") + " ...]")
    print(".br\n" + bold("swiftmallocctl run") + " [" + italic("option") + " ...] \\-\\- " + italic("program") + " [" + italic("argument") + " ...]")
    part("DESCRIPTION")
    print(plain("Starts programs with the allocator swiftmalloc(3), and shows what processes that run with it have in their heaps. "
                "Every command prints its help with --help."))
    prose(command.get("discussion", ""), ".SH")
    part("COMMANDS")
    for subcommand in command["subcommands"]:
        if subcommand["commandName"] == "help":
            continue
        print(f".SS {plain(subcommand['commandName'])}")
        paragraph(plain(subcommand.get("abstract", "")))
        arguments(subcommand)
        prose(subcommand.get("discussion", ""), ".PP\n.B")
    part('"SEE ALSO"')
    print(plain("swiftmalloc(3)"))


if __name__ == "__main__":
    pages = {"swiftmalloc": library_page, "swiftmallocctl": tool_page}
    if len(sys.argv) != 4 or sys.argv[1] not in pages or not sys.argv[3].isdigit():
        sys.exit(__doc__.strip())
    pages[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
