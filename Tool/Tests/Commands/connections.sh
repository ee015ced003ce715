# Sourced by run.sh, before the others, as half a request has to wait for half a minute: how serve treats connections,
# with few files to open. `slow_client` is checked at the end.

(ulimit -n 40; exec "$tool" serve --port 0) >"$area/few.address" 2>"$area/few.server" &
few_server=$!
started+=("$few_server")
within 60 test -s "$area/few.address"
few_port=$(sed -E 's|.*:([0-9]+)/|\1|' "$area/few.address")

python3 - "$few_port" >"$area/slow" 2>&1 <<'P' &
import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
begin = time.time()
s.settimeout(3)
for byte in b"GET /stats.json HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 60:
    try:
        s.sendall(bytes([byte]))
        if not s.recv(1): break
    except socket.timeout:
        pass
    except OSError:
        break
print(f"closed after {time.time() - begin:.0f} s")
P
slow_client=$!
started+=("$slow_client")
slow_client() {
  wait "$slow_client"
  grep -E '^closed after (29|[345][0-9]) s$' "$area/slow" || { cat "$area/slow"; return 1; }
}

closes() {
  curl -s0 --max-time 60 -D "$area/header" "http://127.0.0.1:$few_port/stats.json" >/dev/null && grep -qi '^Connection: close' "$area/header" || return 1
  python3 - "$few_port" <<'P'
import socket, sys, time
for version, field in (("1.0", ""), ("1.1", ""), ("1.1", "Connection: close\r\n"), ("1.1", "Connection: keep-alive\r\n")):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.settimeout(60)
    s.sendall(f"GET / HTTP/{version}\r\nHost: localhost:{sys.argv[1]}\r\n{field}\r\n".encode())
    answer = b""
    while part := s.recv(65536): answer += part
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b" 200 " in head and body.rstrip().endswith(b"</html>"), (version, field, head, body[-40:])
    if version == "1.0":
        # A client that does not close is closed, after five seconds.
        end = time.time() + 60
        try:
            while time.time() < end: s.sendall(b"x"); time.sleep(0.1)
            raise AssertionError("still open")
        except OSError: pass
P
}
check "a connection is closed behind its answer" closes
is_refused() { grep -q 503 "$area"/few.[0-9]*; }
few_answers() { curl -sf --max-time 60 -o /dev/null "http://127.0.0.1:$few_port/stats.json"; }
few_files() {
  local round index ids
  for round in 1 2 3; do
    ids=()
    for index in $(seq 150); do curl -sN --max-time 60 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$few_port/events?interval=100" >"$area/few.$index" 2>&1 & ids+=($!); done
    sleep 1
    [ "$round" -ne 1 ] || within 60 is_refused || { echo "no stream was refused"; return 1; }
    kill "${ids[@]}" 2>/dev/null
    wait "${ids[@]}" 2>/dev/null
  done
  rm -f "$area"/few.[0-9]*
  kill -0 "$few_server" && within 60 few_answers || return 1
  [ -z "$(sort "$area/few.server" | uniq -d)" ] && grep -q 'more are refused' "$area/few.server" || { cat "$area/few.server"; return 1; }
}
check "more clients than files" few_files
idle_clients() {
  python3 - "$few_port" "$few_server" <<'P'
import os, socket, sys, time
def ticks():
    fields = open(f"/proc/{sys.argv[2]}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(60)]
time.sleep(0.5)
before = ticks()
time.sleep(2)
spent = (ticks() - before) / os.sysconf("SC_CLK_TCK")
assert spent < 0.2, f"{spent} s of 2"
P
}
check "waiting clients cost nothing" idle_clients
