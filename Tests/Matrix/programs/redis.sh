# title: redis-server: redis-benchmark, 40 000 keys, Lua, background save, restart from the dump
# needs: redis-server redis-tools
# command: redis-server redis-cli redis-benchmark
# quick: yes
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

socket=$PWD/socket
ask() { redis-cli -s "$socket" "$@"; }
start() {
    redis-server --port 0 --unixsocket "$socket" --daemonize no --save '' --dir . --logfile server.log --maxmemory 200mb --io-threads 2 --enable-debug-command local &
    server=$!
    wait_until 20 ask ping
}
trap 'kill "$server" 2>/dev/null || true' EXIT

start
# Only that it worked is printed: the figures are times.
redis-benchmark -s "$socket" -n 10000 -c 20 -P 4 -d 100 -q -t set,get,incr,lpush,rpop,sadd,hset,spop,zadd,lrange_100,mset >benchmark.log 2>&1
grep -c 'requests per second' <(tr '\r' '\n' <benchmark.log | grep -E '^[A-Z].*p50=')
ask flushall
seq 40000 | awk '{ printf "set key:%d value-%d-%s\r\nhset hash:%d field%d %d\r\nzadd scores %d m%d\r\nlpush list:%d item%d\r\n", $1, $1, substr("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1, $1 % 40), $1 % 500, $1, $1, $1 * 7919 % 10007, $1, $1 % 50, $1 }' | ask --pipe | tail -n 1
ask dbsize
ask get key:39999
ask hlen hash:77
ask zrangebyscore scores 5000 5001
ask llen list:7
ask eval 'local t = {} for i = 1, 20000 do t[#t + 1] = redis.call("strlen", "key:" .. i) end local s = 0 for _, v in ipairs(t) do s = s + v end return s' 0
for ((i = 0; i < 4; i++)); do seq $((i * 10000 + 1)) 4 $((i * 10000 + 8000)) | sed 's/^/del key:/' | ask >/dev/null & deletes[i]=$!; done
wait "${deletes[@]}"
ask dbsize
ask append key:39999 "$(printf 'y%.0s' {1..3000})"
before=$(ask debug digest)
ask memory purge
ask bgsave >/dev/null
saved() { ask info persistence | grep -q 'rdb_bgsave_in_progress:0'; }
wait_until 20 saved
ask info persistence | tr -d '\r' | grep -E '^rdb_last_bgsave_status'
ask bgrewriteaof >/dev/null
rewritten() { ask info persistence | grep -q 'aof_rewrite_in_progress:0'; }
wait_until 20 rewritten
ask info memory | tr -d '\r' | awk -F: '/^used_memory:/ { print "memory is counted:", ($2 > 1000000) }'
ask shutdown nosave || true
wait "$server" && echo "server stopped: $?"

start
ask dbsize
ask strlen key:39999
ask zcard scores
after=$(ask debug digest)
[ ${#before} = 40 ] && [ "$before" = "$after" ] && echo "same content after the restart"
ask shutdown nosave || true
wait "$server" && echo "server stopped: $?"
