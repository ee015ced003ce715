# kind: command
# Classes, dictionaries, arrays, closures, existentials and strings of an ordinary Swift program, made and dropped: almost
# every line of it calls swift_allocObject.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { :; }
command_line() { quoted ./objects "$(scaled 120000)"; }
prepare() {
    build objects "$inputs/objects.swift" swiftc -O -o objects "$inputs/objects.swift"
    works '^customers [0-9]+ cents [0-9]+' "$inputs/objects.swift"
}
part "$@"
