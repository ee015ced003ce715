# kind: load
# redis-server under redis-benchmark: strings of several sizes, lists, hashes and sorted sets over many keys, then deletions.
# Debian's redis is linked with jemalloc, so for glibc its own library is preloaded: else jemalloc would be measured.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { printf '%s\n' redis-server redis-tools; }
prepare() {
    local name
    for name in redis-server redis-benchmark redis-cli; do
        command -v "$name" >/dev/null || unavailable "there is no $name on this machine"
    done
    fresh "works-$quick" && return
    BENCHMARK_LIBRARY='' bash "$0" load >output 2>&1 || unavailable "redis does not work here: see $PWD/output"
    touch "works-$quick"
}
load() {
    local port start end command commands words
    port=$(free_port)
    start_server "$port" "${BENCHMARK_LIBRARY:-libc.so.6}" redis-server --port "$port" --bind 127.0.0.1 --save '' \
        --appendonly no --dir . --maxmemory 500mb
    commands=(
        "100000 -d 40 -t set"
        "30000 -d 1000 -t set"
        "80000 -t get"
        "70000 hset hash:__rand_int__ field:__rand_int__ value-of-this-field-__rand_int__"
        "70000 lpush list:__rand_int__ item-__rand_int__"
        "60000 zadd scores __rand_int__ member-__rand_int__"
        "60000 del key:__rand_int__"
        "60000 append key:__rand_int__ more-and-more-text-for-__rand_int__"
        "30000 rpop list:__rand_int__"
    )
    start=$(now)
    for command in "${commands[@]}"; do
        read -ra words <<<"$command"
        drive redis-benchmark -h 127.0.0.1 -p "$port" -q -c 20 -P 32 -r 60000 -n "$(scaled "${words[0]}")" \
            "${words[@]:1}"
    done
    end=$(now)
    [ "$(redis-cli -h 127.0.0.1 -p "$port" dbsize)" -gt 50000 ] || unavailable "redis-server lost its keys"
    report $((end - start))
    stop_server
}
part "$@"
