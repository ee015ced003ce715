#!/usr/bin/env python3
"""Counts the instructions of the fast paths of malloc and free in the disassembly of dist/aarch64/libswiftmalloc.so, beside those that they
may have: nobody makes one longer without saying so here. (Of x86-64 they are counted by running them: Tests/Proofs/fast-paths.txt.)

Usage: Tests/Ports/fast-paths-aarch64.py [LIBRARY]
"""

import re
import subprocess
import sys

ALLOWED = {"swiftmalloc_malloc": 26, "swiftmalloc_free": 39}
TOOL = "aarch64-linux-gnu-"


def code_of(library, name):
    """The function's instructions: address, mnemonic, operands."""
    symbols = subprocess.check_output([f"{TOOL}nm", "-S", library], text=True)
    start, size = (int(word, 16) for word in re.search(rf"^(\w+) (\w+) \w {name}$", symbols, re.MULTILINE).groups())
    text = subprocess.check_output([f"{TOOL}objdump", "-d", "--no-show-raw-insn", f"--start-address={start}",
                                    f"--stop-address={start + size}", library], text=True)
    found = re.findall(r"^ +([0-9a-f]+):\t(\S+)(?:\t(.*))?$", text, re.MULTILINE)
    return [(int(address, 16), mnemonic, operands) for address, mnemonic, operands in found]


def ends_without_call(code, at):
    """Whether what begins there returns and calls nothing."""
    for _, mnemonic, _ in code[at:]:
        if mnemonic in ("bl", "blr", "b"):
            return False
        if mnemonic == "ret":
            return True
    return False


def fast_path_length(code):
    """From the entry to the return that no call stands before: a branch is taken where only it leads there."""
    places = {address: index for index, (address, _, _) in enumerate(code)}
    at = count = 0
    while True:
        _, mnemonic, operands = code[at]
        count += 1
        if mnemonic == "ret":
            return count
        target = re.search(r"\b([0-9a-f]+) <", operands or "") if re.match(r"b\.|cbn?z|tbn?z", mnemonic) else None
        goes = target and int(target[1], 16) in places and not ends_without_call(code, at + 1)
        at = places[int(target[1], 16)] if goes and ends_without_call(code, places[int(target[1], 16)]) else at + 1


def main():
    library = sys.argv[1] if len(sys.argv) > 1 else "dist/aarch64/libswiftmalloc.so"
    lengths = {name: fast_path_length(code_of(library, name)) for name in ALLOWED}
    longer = [name for name in ALLOWED if lengths[name] > ALLOWED[name]]
    for name, length in lengths.items():
        print(f"{name}: {length} instructions, {ALLOWED[name]} allowed")
    print(f"{len(ALLOWED) - len(longer)} passed, {len(longer)} failed, 0 skipped")
    sys.exit(bool(longer))


if __name__ == "__main__":
    main()
