"""A small HTTP server: /health, and /report?rows=20000, a document whose memory is freed when it was sent."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def report(rows):
    groups = {}
    for i in range(rows):
        row = {"name": f"a row with a name of its own, number {i}", "value": i / 8}
        groups.setdefault(f"group {i % 97}", []).append(row)
    return json.dumps(groups)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/health":
            body = "well\n"
        elif url.path == "/report":
            body = report(min(int(parse_qs(url.query).get("rows", ["1000"])[0]), 1_000_000))
        else:
            body = "a Python server\n"
        body = body.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


# The first process of a container gets no signal that it does not handle. Exit runs what is to be done at exit.
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: sys.exit(0))
server = ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler)
server.daemon_threads = True
server.serve_forever()
