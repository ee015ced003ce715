# kind: command
# A C++ file full of the standard library at -O1, in one process: syntax trees in large arenas, and the many small vectors,
# maps and sets of LLVM's passes.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { printf '%s\n' clang g++; }
compiler() { PATH=/usr/bin:$PATH command -v clang; }
command_line() {
    local how=(-O1 -c)
    [ "$quick" = 0 ] || how=(-fsyntax-only)
    quoted "$(compiler)" -xc++ -std=c++17 -fno-spell-checking "${how[@]}" "$inputs/containers.cpp" -o containers.o
}
prepare() { works '' "$inputs/containers.cpp"; }
part "$@"
