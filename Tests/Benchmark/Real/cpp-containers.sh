# kind: command
# Maps, strings, shared pointers, lists and functions of C++ in four threads; one block in ten is freed by another thread
# than the one that made it.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { printf '%s\n' g++ libc6-dev; }
command_line() { quoted ./containers "$(scaled 9000)"; }
prepare() {
    build containers "$inputs/containers.cpp" g++ -O2 -pthread -o containers "$inputs/containers.cpp"
    works '^sum [0-9]{4}' "$inputs/containers.cpp"
}
part "$@"
