# kind: command
# The Swift compiler on a parser of HTTP and JSON, two files of swift-server: driver, frontend, optimiser and LLVM.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { :; }
command_line() {
    # With -enable-testing nothing is left out for being internal and unused.
    local how=(-O)
    [ "$quick" = 0 ] || how=(-Onone)
    quoted swiftc "${how[@]}" -wmo -enable-testing -c -module-name wire -o wire.o -module-cache-path "$PWD/modules" \
        "$inputs"/server/{Http,Json}.swift
}
prepare() { works '' "$inputs"/server/{Http,Json}.swift; }
part "$@"
