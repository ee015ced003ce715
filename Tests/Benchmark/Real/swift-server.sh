# kind: load
# An HTTP server in Swift under 16 keep-alive connections: headers into dictionaries, JSON parsed, kept and printed, blocks
# handed between the threads of Dispatch.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { printf '%s\n' gcc libc6-dev; }
prepare() {
    local file
    for file in "$inputs"/server/*.swift; do
        build server "$file" swiftc -O -wmo -o server "$inputs"/server/*.swift
    done
    build client "$inputs/client.c" gcc -O2 -o client "$inputs/client.c"
    fresh "works-$quick" server client && return
    BENCHMARK_LIBRARY='' bash "$0" load >output 2>&1 || unavailable "the server does not work here: see $PWD/output"
    touch "works-$quick"
}
load() {
    local port start end
    port=$(free_port)
    start_server "$port" "${BENCHMARK_LIBRARY-}" ./server "$port"
    start=$(now)
    drive ./client "$port" 16 "$(scaled 1200)"
    end=$(now)
    report $((end - start))
    stop_server
}
part "$@"
