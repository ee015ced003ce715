#!/usr/bin/env bash
# lua, sqlite3 and redis, of Debian's source packages, built for musl: each with the library in production, with SWIFTMALLOC_DEBUG=1 and
# with SWIFTMALLOC_LEAKS=1. What they print is what they print with musl's own malloc, and nothing of ours is said. Ten minutes the
# first time, most of them for building; a minute afterwards.
#
# Usage: Tests/Ports/musl-real.sh
set -eu
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
. Tests/Ports/musl-folder.sh
. Tests/Ports/musl-sources.sh
need_packages gcc make tcl libc6-dev linux-libc-dev musl-tools libunwind8 libdw1
folder=$PWD/.build/ports/musl library=$PWD/dist/libswiftmalloc.so
[ -f "$library" ] || { echo "Scripts/build.sh library makes the library" >&2; exit 2; }
musl_folder "$folder" "$library"
build_real "$folder" lua5.4 sqlite3 redis
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
export area PATH="$folder/bin:$PATH"
passed=0 failed=0

# What reports may say. redis forgets eight bytes where the C library is not glibc (setproctitle.c), and writes over the environment, in
# which musl looks for libraries.
declare -A known=([redis,LEAKS=1]='leak of 8 bytes in 1 block$|libdw.so.1 cannot be loaded')

# try NAME COMMAND…: in each mode, and without the library.
try() {
  local name=$1 mode printed expected said
  shift
  expected=$(musl= "$@" 2>"$area/errors")
  for mode in DEBUG=0 DEBUG=1 LEAKS=1; do
    printed=$(musl="SWIFTMALLOC_$mode LD_LIBRARY_PATH=$folder/lib LD_PRELOAD=$library" "$@" 2>"$area/errors") || true
    said=$(grep '^==' "$area/errors" | grep -vE "${known[$name,$mode]:-^$}" || true)
    if [ -n "$printed" ] && [ "$printed" = "$expected" ] && [ -z "$said" ]; then
      passed=$((passed + 1))
      echo "passed  $name, $mode"
    else
      failed=$((failed + 1))
      echo "FAIL    $name, $mode: $(head -c 300 <<<"$printed") for $(head -c 300 <<<"$expected")"
      head -20 "$area/errors"
    fi
  done
}

# Of the environment that `musl` holds.
lua() { env $musl lua5.4 Tests/Benchmark/Real/inputs/tables.lua 5; }
sqlite() {
  env $musl sqlite3 :memory: "
    create table person (id integer primary key, town integer, name text);
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
      insert into person select i, i * 7919 % 503, printf('person %x', i * 16807) from n;
    create index person_town on person (town, name);
    select town, count(*), length(group_concat(name)) from person group by town order by 2 desc, 1 limit 3;
    select sum(length(j)) from (select json_object('id', id, 'name', name) j from person);
    select count(*) from (select rank() over (partition by town order by name) r from person) where r < 10;"
}
redis() {
  local socket=$area/redis tries=0 i
  env $musl redis-server --port 0 --unixsocket "$socket" --save '' --appendonly no --daemonize no >"$area/log" &
  until redis-cli -s "$socket" ping >/dev/null 2>&1 || [ $((tries += 1)) -gt 300 ]; do sleep 0.1; done
  for i in {1..200}; do echo "SET key$i $(printf "%0$((i * 7))d" "$i")"; echo "RPUSH list $i"; done | redis-cli -s "$socket" >/dev/null
  redis-cli -s "$socket" eval 'local t = {} for i = 1, 1000 do t[i] = redis.call("get", "key" .. (i % 200 + 1)) end return #table.concat(t)' 0
  redis-cli -s "$socket" llen list
  redis-cli -s "$socket" strlen key200
  redis-cli -s "$socket" shutdown nosave
  wait
}
try lua lua
try sqlite3 sqlite
try redis redis
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
