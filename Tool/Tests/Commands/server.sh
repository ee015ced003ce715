# Sourced by run.sh: swiftmallocctl serve. `running` publishes; one more process does later.

# begins FILE OPTION…: starts a server whose complaints go to the file, and waits for its address; its number in $begun.
begins() {
  local complaints=$1
  shift
  # Emptied here: the new process would do it later than the first look at it.
  : >"$area/address"
  "$tool" serve "$@" --port 0 >"$area/address" 2>"$complaints" &
  begun=$!
  started+=("$begun")
  within 60 test -s "$area/address"
}
begins "$area/server"
server=$begun
address=$(head -1 "$area/address")
port=${address##*:} port=${port%/}

# gets STATUS PATH [CURL OPTION…]: header in $area/header, body in $output.
gets() {
  local expected=$1 path=$2 status
  shift 2
  status=$(curl -s --max-time 60 -o "$output" -D "$area/header" -w '%{http_code}' "$@" "http://127.0.0.1:$port$path")
  [ "$status" = "$expected" ] || { echo "$path answers $status, not $expected"; return 1; }
}
# comes PATH PATTERN…: the answer has each pattern, soon: a sample that was begun before what it shall show is served first.
comes() {
  local path=$1
  shift
  answers() { gets 200 "$path" && prints "$@"; }
  within 20 answers "$@"
}
header() { grep -qiE "^$1" "$area/header" || { echo "no header $1 in:"; cat "$area/header"; return 1; }; }
has_no_header() { ! grep -qi "^$1" "$area/header"; }

check "serve prints its address" grep -qE '^http://127\.0\.0\.1:[0-9]+/$' "$area/address"
page() {
  gets 200 / && header 'Content-Type: text/html' && header 'Cache-Control: no-store' && header 'X-Content-Type-Options: nosniff' \
    && header "Content-Security-Policy: default-src 'none'; script-src 'nonce-" && has_no_header Access-Control || return 1
  local nonce
  nonce=$(sed -nE "s/.*script-src 'nonce-([^']*)'.*/\1/p" "$area/header")
  ! grep -qE '^<(script|style)>' "$output" && ! grep -vF "nonce=\"$nonce\"" "$output" | grep -qE '^<(script|style) nonce' || return 1
  gets 200 / && ! grep -qF "$nonce" "$area/header"
}
check "the page, with a new nonce each time" page
json() {
  gets 200 /stats.json && header 'Content-Type: application/json' && header "Content-Security-Policy: default-src 'none'" && python3 - "$output" "$running" <<'P'
import json, sys, time
sample = json.load(open(sys.argv[1]))
assert abs(sample["time"] - time.time() * 1000) < 5000
assert [p["pid"] for p in sample["processes"]] == [int(sys.argv[2])], sample
assert sample["errors"] == []
P
}
check "/stats.json" json
errors_are_told() {
  echo short >"$area/live/71"; chmod 600 "$area/live/71"
  comes /stats.json '/71"'; rm "$area/live/71"
  python3 -c 'import json, sys; (e,) = json.load(open(sys.argv[1]))["errors"]; assert e["file"].endswith("/71") and "is too short" in e["reason"], e' "$output"
}
check "a file that cannot be read is among the errors" errors_are_told
metrics() {
  gets 200 /metrics && header 'Content-Type: text/plain; version=0.0.4' && /usr/bin/python3 - "$output" "$running" <<'P'
import sys
from prometheus_client.parser import text_string_to_metric_families
families = {f.name: f for f in text_string_to_metric_families(open(sys.argv[1]).read())}
def value(family, sample, **labels):
    (one,) = [s.value for s in families[family].samples if s.name == sample and all(s.labels[k] == v for k, v in labels.items())]
    return one
pid = sys.argv[2]
assert value("swiftmalloc_requested_bytes", "swiftmalloc_requested_bytes", pid=pid, program="redis-server") == 7000000
assert value("swiftmalloc_allocations", "swiftmalloc_allocations_total", pid=pid, **{"class": "64"}) == 10505
assert value("swiftmalloc_system_calls", "swiftmalloc_system_calls_total", pid=pid, call="futex") == 6
parts = [s.value for s in families["swiftmalloc_ledger_bytes"].samples]
def thread(family, sample, tid):
    (one,) = [(s.value, s.labels["thread"]) for s in families[family].samples if s.name == sample and s.labels["pid"] == pid and s.labels["tid"] == tid]
    return one
assert thread("swiftmalloc_thread_requested_bytes", "swiftmalloc_thread_requested_bytes", pid)[0] == 6994000
assert thread("swiftmalloc_thread_allocations", "swiftmalloc_thread_allocations_total", "other") == (500, "other")
assert thread("swiftmalloc_thread_frees", "swiftmalloc_thread_frees_total", str(int(pid) + 1)) == (5, 'w"2\\n,=1')
assert value("swiftmalloc_class_peak_bytes", "swiftmalloc_class_peak_bytes", pid=pid, **{"class": "large"}) == 5200000
assert value("swiftmalloc_ledger_peak_bytes", "swiftmalloc_ledger_peak_bytes", pid=pid, part="requested") == 7001000
assert len(parts) == 9 and sum(parts) == value("swiftmalloc_resident_bytes", "swiftmalloc_resident_bytes", pid=pid)
for family in families.values():
    keys = [(s.name, tuple(sorted(s.labels.items()))) for s in family.samples]
    assert len(keys) == len(set(keys)), family.name
    assert family.documentation and family.type in ("gauge", "counter"), family
P
}
check "/metrics through Prometheus' own parser" metrics
csv() {
  gets 200 "/stats.csv?pid=$running" && header 'Content-Type: text/csv' && header "Content-Disposition: attachment" && python3 - "$output" <<'P' && gets 200 "/threads.csv?pid=$running" && prints '^1,[0-9]+,python'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert [r["class"] for r in rows] == ["64", "medium", "large"] and rows[0]["live"] == "10000", rows
P
}
check "CSV of classes and threads" csv
many_threads() {
  Tool/Tests/Commands/publish.py "$area/live" 4999995 many --threads 260 >/dev/null
  comes /metrics 'pid="4999995"'; rm "$area/live/4999995"
  /usr/bin/python3 - "$output" <<'P'
import sys
from prometheus_client.parser import text_string_to_metric_families
family = {f.name: f for f in text_string_to_metric_families(open(sys.argv[1]).read())}["swiftmalloc_thread_allocations"]
threads = {s.labels["tid"]: s.value for s in family.samples if s.labels["pid"] == "4999995"}
assert len(threads) == 201 and threads["other"] == 500 + 60 * 5, threads
P
}
check "/metrics lists 200 threads" many_threads
of_one() {
  Tool/Tests/Commands/publish.py "$area/live" 4999996 another >/dev/null
  comes /stats.json another && gets 200 "/stats.json?pid=$running" && prints redis-server && lacks another || return 1
  curl -sN --max-time 60 "http://127.0.0.1:$port/events?pid=4999996" 2>/dev/null | grep -m1 '^data' >"$output"
  prints '"program":"another"' && lacks redis-server && rm "$area/live/4999996" && within 20 gets 404 "/stats.json?pid=4999996" || return 1
  local path
  for path in /stats.json /events /threads.csv; do gets 404 "$path?pid=4999996" && prints 'No process 4999996' && gets 400 "$path?pid=x" && gets 400 "$path?pid=" && gets 400 "$path?pid=0" || return 1; done
  for path in /threads.csv /stats.csv /history.json; do gets 400 "$path" && prints 'Say which process' || return 1; done
}
check "pid chooses a process" of_one
has_history() {
  gets 200 "/history.json?pid=$running" && python3 - "$output" <<'P'
import json, sys
h = json.load(open(sys.argv[1]))
assert len(h["samples"]) >= 2 and all(len(s["ledger"]) == 9 for s in h["samples"]), h
times = [s["time"] for s in h["samples"]]
assert times == sorted(set(times)), times
P
}
check "/history.json" within 20 has_history
events() {
  curl -sN --max-time 60 "http://127.0.0.1:$port/events?interval=200" 2>/dev/null | head -n 36 >"$output"
  python3 - "$output" <<'P'
import json, os, sys
events = [e for e in open(sys.argv[1]).read().split("\n\n") if e.count("\n") == 2]
times = [int(e.split("\n")[1][4:]) for e in events]
crowding = max(1, os.getloadavg()[0] / os.cpu_count())
assert len(times) >= 8 and 170 < (times[-1] - times[0]) / (len(times) - 1) < 250 * crowding, times
for event in events:
    kind, number, data = event.split("\n")
    assert kind == "event: sample" and data.startswith("data: ")
    assert str(json.loads(data[6:])["time"]) == number[4:]
P
}
check "events come at the interval that was asked for" events
many_streams() {
  local index ids=() limit
  limit=$(under_load 3)
  for index in $(seq 40); do curl -sN --max-time "$limit" "http://127.0.0.1:$port/events?interval=100" >"$area/stream.$index" & ids+=($!); done
  sleep 1
  # Clients that go away must not disturb the others.
  for index in $(seq 0 9); do kill "${ids[$index]}"; done
  gets 200 /stats.json || return 1
  wait "${ids[@]}" 2>/dev/null
  for index in $(seq 11 40); do [ "$(grep -c '^event' "$area/stream.$index")" -ge 10 ] || { echo "stream $index has $(grep -c '^event' "$area/stream.$index") events"; return 1; }; done
}
check "forty streams at once, ten of which break off" many_streams
hosts() {
  local host
  for host in "127.0.0.1:$port" "localhost:$port" "LOCALHOST:$port" "[::1]:$port" "127.9.8.7:$port"; do gets 200 /stats.json -H "Host: $host" || return 1; done
  for host in "evil.example:$port" "evil.example" "127.0.0.1" "127.0.0.1:1" "localhost.evil.example:$port" "127.0.0.1.evil.example:$port" \
    "[::2]:$port" "192.168.0.1:$port" "1270.0.0.1:$port" "localhost:$port:$port" "user@localhost:$port" "127.0.0.1:0$port@x" ":$port"; do
    gets 403 /stats.json -H "Host: $host" || { [ "$(cat "$area/header" | head -1 | cut -d' ' -f2)" = 400 ] || { echo "Host $host"; return 1; }; }
  done
  gets 403 / -H "Host: evil.example:$port" && has_no_header Set-Cookie
}
check "a Host header that is not loopback is refused" hosts
without_host() { printf 'GET /stats.json HTTP/1.0\r\n\r\n' | timeout 60 python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); s.sendall(sys.stdin.buffer.read()); s.shutdown(1)
print(s.recv(100).decode().split("\r\n")[0])' "$port" >"$output" && prints ' (403|400) '; }
check "a request without Host is refused" without_host
methods() {
  local method
  for method in POST PUT DELETE OPTIONS PATCH; do gets 405 /stats.json -X "$method" && header 'Allow: GET, HEAD' || return 1; done
  curl -sI --max-time 60 "http://127.0.0.1:$port/stats.json" >"$area/header" && header 'HTTP/1.1 200' && header 'Content-Length: [1-9]'
}
check "only GET and HEAD" methods
bad_requests() {
  gets 404 /none && gets 404 /../etc/passwd --path-as-is && gets 404 '/stats.csv?pid=1' && gets 400 '/stats.csv?pid=x' && gets 400 '/events?interval=x' \
    && gets 400 '/history.json?pid=-5' && gets 400 '/history.json?pid=99999999999999999999'
}
check "requests for what there is not" bad_requests
comes_later() {
  sleep 1000 & local id=$!
  started+=("$id")
  Tool/Tests/Commands/publish.py "$area/live" "$id" later >/dev/null
  comes /stats.json '"program":"later"' && gets 400 /stats.csv || return 1
  kill -KILL "$id"; wait "$id" 2>/dev/null
  comes /stats.json '"program":"later","version":"0.1.0","state":"killed"'
  local status=$?
  rm -f "$area/live/$id"
  return $status
}
check "a process that comes later, and is killed" comes_later
taken_port() {
  ends 1 serve --port "$port" && prints "^swiftmallocctl: cannot listen on 127.0.0.1:$port: address already in use$" &&
    ends 1 serve --host 192.0.2.1 --port 0 && prints '^swiftmallocctl: cannot listen on 192.0.2.1:0: cannot assign requested address$' &&
    ends 1 serve --host no-such-host.invalid && prints '^swiftmallocctl: cannot listen on no-such-host.invalid:8137: there is no such address$'
}
check "an address that cannot be used" taken_port
no_such_process() { ends 1 serve 4999000 --port 0 && prints '^swiftmallocctl: process 4999000 does not exist$' && ends 1 serve $$ && prints 'runs but publishes nothing'; }
check "serve of a process that publishes nothing" no_such_process
loopback_only() { ss -ltnH 2>/dev/null | grep -q "127.0.0.1:$port " || python3 -c '
import sys
p = "%04X" % int(sys.argv[1])
assert any(l.split()[1] == "0100007F:" + p for l in open("/proc/net/tcp").readlines()[1:] if l.split()[3] == "0A")
' "$port"; }
check "only loopback is listened at" loopback_only
interrupt() {
  kill -INT "$server"
  local status=0
  wait "$server" || status=$?
  [ "$status" -eq 0 ] && [ ! -s "$area/server" ] || { echo "status $status"; cat "$area/server"; return 1; }
}
check "an interrupt ends the server, which said nothing" interrupt
open_host() {
  begins "$output" --host 0.0.0.0
  local status=0
  port=$(sed -E 's|.*:([0-9]+)/|\1|' "$area/address")
  within 20 prints 'everybody who reaches 0\.0\.0\.0 can read' && gets 200 /stats.json -H "Host: 10.1.2.3:$port" && gets 403 /stats.json -H "Host: evil.example:$port" || status=1
  kill "$begun"
  return $status
}
check "--host says who can read, and still refuses names" open_host
allowed_host() {
  local own=$port status=0
  begins "$output" --allow-host live.example --allow-host two.example
  port=$(sed -n 's|.*:\([0-9]*\)/$|\1|p' "$area/address")
  gets 200 /stats.json -H "Host: live.example" && gets 200 /stats.json -H "Host: TWO.example:443" && gets 200 /stats.json && gets 403 /stats.json -H "Host: evil.example:$port" || status=1
  kill "$begun"
  port=$own
  ends 64 serve --allow-host 'a b' && prints 'is no host name' || status=1
  return "$status"
}
check "--allow-host answers to the name of a proxy" allowed_host
