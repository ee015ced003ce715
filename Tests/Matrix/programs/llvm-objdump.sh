# title: llvm-objdump or objdump: disassembly, symbols, DWARF and sections of a C++ object; nm, strip, ld
# needs: binutils g++
# command: objdump g++ nm strip
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
# Enough templates for some thousand symbols, few enough to compile in seconds.
cat >stl.cpp <<'CXX'
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>
template <int n> struct Part { std::map<std::string, std::vector<Part<n - 1>>> parts; std::shared_ptr<int> count; bool operator<(const Part &o) const { return parts.size() < o.parts.size(); } };
template <> struct Part<0> { int value; bool operator<(const Part &o) const { return value < o.value; } };
template <int n> size_t work(const std::string &text) {
    std::vector<Part<n>> all(text.size());
    for (auto &one : all) one.parts[text].emplace_back();
    std::sort(all.begin(), all.end());
    return all.size() + work<n - 1>(text + "x");
}
template <> size_t work<0>(const std::string &text) { return text.size(); }
int main(int count, char **arguments) { return static_cast<int>(work<8>(arguments[count - 1])); }
CXX
g++ -std=c++17 -g -O1 -pthread -c -fdebug-prefix-map="$PWD=." -o stl.o stl.cpp
# The Swift toolchain brings LLVM's; its output differs from that of binutils, so each is its own line.
for tool in objdump llvm-objdump; do
    command -v "$tool" >/dev/null || continue
    "$tool" -d -C stl.o >disassembly
    digest <disassembly
    "$tool" -h -t -r stl.o | digest
done
objdump -WL stl.o | digest
nm -C --size-sort stl.o | digest
strip -g -o small.o stl.o
nm small.o | wc -l
ld -r -o joined.o stl.o && nm -C joined.o | digest
