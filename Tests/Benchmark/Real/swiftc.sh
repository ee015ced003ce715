# kind: command
# The Swift compiler on a real program of four files, the server of swift-server: driver, frontend, optimiser and LLVM.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { :; }
command_line() {
    local how=(-O -wmo -c -module-name server -o server.o)
    [ "$quick" = 0 ] || how=(-typecheck)
    quoted swiftc "${how[@]}" -module-cache-path "$PWD/modules" "$inputs"/server/*.swift
}
prepare() { works '' "$inputs"/server/*.swift; }
part "$@"
