# What the workloads of this directory share. Each sources it, defines packages, prepare and command_line or load, and
# ends with: part "$@"
# shellcheck shell=bash
set -euo pipefail
real=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034  # The workloads use it.
inputs=$real/inputs
quick=${BENCHMARK_QUICK:-0}

# part WORD: does that part of the workload, as README.md says.
part() {
    case ${1-} in
        packages) packages ;;
        prepare) prepare ;;
        command) command_line ;;
        load) load ;;
        *) unavailable "usage: $0 packages|prepare|command|load" ;;
    esac
}

# scaled N: N, or a third of it for a quick run.
scaled() { if [ "$quick" = 1 ]; then echo $((($1 + 2) / 3)); else echo "$1"; fi; }

unavailable() { printf '%s\n' "$*" >&2; exit 1; }

# quoted WORD…: the words as one line for a shell.
quoted() { printf '%q ' "$@"; echo; }

# fresh FILE SOURCE…: FILE is there and newer than its sources and the workload's script.
fresh() {
    local file=$1 source
    shift
    for source in "$0" "$@"; do [ "$file" -nt "$source" ] || return 1; done
}

# build FILE SOURCE COMMAND…: COMMAND makes FILE out of SOURCE, unless that is done.
build() {
    local file=$1 source=$2
    shift 2
    fresh "$file" "$source" && return
    "$@" >build.log 2>&1 || unavailable "$1 cannot build $(basename "$source"): see $PWD/build.log"
}

# works PATTERN [SOURCE…]: the command line runs, and a line of its output matches (empty: whatever it says); asked once.
works() {
    local pattern=$1 stamp=works-$quick
    shift
    fresh "$stamp" "$@" && return
    (eval "$(command_line)") >output 2>&1 || unavailable "the program fails: see $PWD/output"
    [ -z "$pattern" ] || grep -qE -e "$pattern" output || unavailable "the program does not say what it should: see $PWD/output"
    touch "$stamp"
}

# --- Servers ---------------------------------------------------------------------------------------------------------

# free_port: a port of the loopback address that nobody listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 10000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# start_server PORT LIBRARY COMMAND…: starts COMMAND with LIBRARY preloaded (empty: none) and waits until it listens.
# The server dies with this script, however that ends.
start_server() {
    local port=$1 preload=() tries
    [ -z "$2" ] || preload=("LD_PRELOAD=$2")
    shift 2
    trap stop_server EXIT
    trap 'exit 1' INT TERM HUP
    setpriv --pdeathsig KILL env "${preload[@]}" "$@" >server.log 2>&1 &
    server=$!
    for ((tries = 0; tries < 200; tries++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    unavailable "the server does not start: see $PWD/server.log"
}

stop_server() {
    trap - EXIT
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}

# drive COMMAND…: the client, for a minute at most, in the background so that a signal to this script is heard at once.
drive() {
    timeout 60 "$@" >client.log 2>&1 &
    wait $! || unavailable "the load fails: see $PWD/client.log"
}

# report MICROSECONDS: the lines for the driver; the server still runs.
report() {
    kill -0 "$server" || unavailable "the server died: see $PWD/server.log"
    printf 'time %d.%06d\n' $(($1 / 1000000)) $(($1 % 1000000))
    awk '/^VmHWM:/ { print "memory", $2 }' "/proc/$server/status"
}

# now: microseconds since the epoch.
now() { echo "${EPOCHREALTIME/[.,]/}"; }
