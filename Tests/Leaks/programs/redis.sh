# title: redis-server: strings, hashes, lists, sets, Lua, then SHUTDOWN
# needs: redis-server redis-tools
command=(redis-server --port 0 --unixsocket socket --daemonize no --save '' --dir . --io-threads 1)
drive() {
    ask() { redis-cli -s socket "$@"; }
    for ((i = 0; i < 600; i++)); do ask ping && break; sleep 0.1; done
    seq 300 | awk '{ printf "set key:%d v%d\r\nhset hash:%d f%d %d\r\nzadd z %d m%d\r\nlpush list:%d i%d\r\n", $1, $1, $1 % 9, $1, $1, $1 * 7919 % 1007, $1, $1 % 5, $1 }' | ask --pipe
    ask eval 'local t = {} for i = 1, 200 do t[#t + 1] = redis.call("strlen", "key:" .. i) end return #t' 0
    ask del key:1 key:2 hash:3
    ask shutdown nosave
}
