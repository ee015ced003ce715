# title: memcached: 4 threads, 4 clients, 40 000 items, incr, append, eviction
# needs: memcached
# command: memcached
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

port=$(free_port)
user=()
[ "$(id -u)" != 0 ] || user=(-u nobody)
memcached -l 127.0.0.1 -p "$port" -U 0 -t 4 -m 32 "${user[@]}" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
connected() { (exec 3<>"/dev/tcp/127.0.0.1/$port"); }
wait_until 20 connected
# talk: sends standard input, ends the conversation with quit, prints the answers.
talk() {
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    { cat; printf 'quit\r\n'; } >&3 &
    tr -d '\r' <&3
    exec 3>&-
}
client() {
    seq "$1" 4 40000 | awk '{ n = $1 % 200; v = substr("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz", 1, 1 + n % 60); printf "set key%d 0 0 %d\r\n%s\r\n", $1, length(v), v; if ($1 % 3 == 0) printf "append key%d 0 0 3\r\n-ap\r\n", $1; if ($1 % 5 == 0) printf "delete key%d\r\n", $1; printf "get key%d key%d\r\n", $1, $1 - 4 }' | talk | digest
}
for ((i = 1; i <= 4; i++)); do client "$i" >"answer$i" & clients[i]=$!; done
wait "${clients[@]}"
cat answer?
printf 'set n 0 0 1\r\n0\r\n' | talk
seq 2000 | sed 's/.*/incr n 3\r/' | talk | tail -n 1
printf 'stats\r\n' | talk | grep -E '^STAT (curr_items|cmd_set|threads) '
# More than fits: the oldest go, the server stays.
seq 600 | awk '{ v = sprintf("%100000s", "x"); printf "set big%d 0 0 %d noreply\r\n%s\r\n", $1, length(v), v }' | talk | wc -l
printf 'get big600\r\n' | talk | digest
printf 'flush_all\r\nget key1\r\n' | talk
kill -TERM "$server"
wait "$server" && echo "stopped: $?"
