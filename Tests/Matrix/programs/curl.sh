# title: curl: 300 transfers, parallel and in turn, from a threaded server of Python's; uploads, ranges
# needs: curl python3
# command: curl /usr/bin/python3
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
mkdir files
for ((i = 0; i < 100; i++)); do prose $((1 + i * 3)) $((i + 1)) >"files/$i.txt"; done
port=$(free_port)
/usr/bin/python3 -c '
import http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    def log_message(self, *arguments): pass
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))[::-1]
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), lambda *a: Handler(*a, directory="files")).serve_forever()
' "$port" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
url=http://127.0.0.1:$port
wait_until 20 curl -sf "$url/0.txt"
curl -sSf -Z --no-progress-meter --parallel-max 10 --create-dirs -o "got/#1.txt" "$url/[0-99].txt"
diff -r files got && echo "parallel: same"
rm -r got
curl -sf --create-dirs -o "got/#1.txt" "$url/[0-99].txt"
diff -r files got && echo "in turn: same"
curl -sf "file://$PWD/files/{10,20,30}.txt" | digest
curl -sf -X POST --data-binary @files/99.txt "$url/" | rev | tac | digest
curl -s -o /dev/null -w '%{http_code} %{size_download}\n' "$url/not-there" | cut -d' ' -f1
for ((i = 0; i < 30; i++)); do curl -sf -I "$url/$i.txt" | grep -i content-length; done | digest
