// A small HTTP server: /health, and /report?rows=20000, a document whose memory is garbage when it was sent.
const http = require('node:http');

function report(rows) {
  const groups = {};
  for (let i = 0; i < rows; i++) {
    (groups[`group ${i % 97}`] ??= []).push({ name: `a row with a name of its own, number ${i}`, value: i / 8 });
  }
  // A buffer: its bytes lie outside of the heap of JavaScript, in malloc's.
  return Buffer.from(JSON.stringify(groups));
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/health') return response.end('well\n');
  if (url.pathname === '/report') return response.end(report(Math.min(Number(url.searchParams.get('rows')) || 1000, 1e6)));
  response.end('a node server\n');
});

server.listen(Number(process.env.PORT ?? 8080));
// The first process of a container gets no signal that it does not handle.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
