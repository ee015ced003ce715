# kind: command
# JSON through Foundation: typed records by JSONEncoder and JSONDecoder, free documents by JSONSerialization, with boxes,
# existentials, dictionaries and growing buffers.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { :; }
command_line() { quoted ./documents "$(scaled 24)"; }
prepare() {
    build documents "$inputs/documents.swift" swiftc -O -o documents "$inputs/documents.swift"
    works '^people 300 bytes [0-9]+' "$inputs/documents.swift"
}
part "$@"
