#!/usr/bin/env bash
# Debian's bash, perl, python3 and redis with the library, each in production and with SWIFTMALLOC_DEBUG=1: what they print must be
# right, and nothing of ours may be said.
library=$PWD/dist/aarch64/libswiftmalloc.so
passed=0 failed=0
export PERL5LIB=/usr/lib/aarch64-linux-gnu/perl-base

# try NAME EXPECTED COMMAND…
try() {
  local name=$1 expected=$2 printed mode
  shift 2
  for mode in SWIFTMALLOC_DEBUG=0 SWIFTMALLOC_DEBUG=1; do
    printed=$(env "$mode" LD_PRELOAD="$library" "$@" 2>/tmp/errors)
    if [ "$printed" = "$expected" ] && ! grep -q '^==' /tmp/errors; then
      passed=$((passed + 1))
      echo "passed  $name, $mode"
    else
      failed=$((failed + 1))
      echo "FAIL    $name, $mode: $printed"
      head -20 /tmp/errors
    fi
  done
}

try bash "2000 1999 100" bash -c 'declare -A a; for ((i = 0; i < 2000; i++)); do a[$i]=$(($i)); done
  echo ${#a[@]} ${a[1999]} $(for i in {1..100}; do echo $i; done | tail -1)'
try perl "20000 326682" perl -e 'my %h; $h{$_} = "x$_" x 3 for 1..20000; print scalar(keys %h), " ", length(join "", values %h)'
try python3 "515560 20000 4" python3 -c '
import json, threading
words = json.dumps({i: str(i) * 3 for i in range(20000)})
done = []
threads = [threading.Thread(target=lambda: done.append(len([bytearray(5000) for _ in range(300)]))) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(words), len(json.loads(words)), len(done))'

redis() {
  redis-server --port 0 --unixsocket /tmp/redis --save '' --appendonly no --daemonize no >/tmp/redis.log 2>&1 &
  local server=$! tries=0
  until redis-cli -s /tmp/redis ping >/dev/null 2>&1 || [ $((tries += 1)) -gt 300 ]; do sleep 0.2; done
  for i in {1..200}; do echo "SET key$i $(printf "%0$((i * 7))d" "$i")"; echo "RPUSH list $i"; done |
    redis-cli -s /tmp/redis >/dev/null
  redis-cli -s /tmp/redis llen list
  redis-cli -s /tmp/redis strlen key200
  redis-cli -s /tmp/redis shutdown nosave
  wait $server
}
export -f redis
try redis $'200\n1400' bash -c redis
echo "$passed passed, $failed failed, 0 skipped"
