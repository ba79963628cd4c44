// A stand-in for the platform's back end: /api/health on port 3001, and what it was asked elsewhere under /api.
import http from 'node:http';

const port = Number(process.env.PORT ?? 3001);

const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  const status = path.startsWith('/api/') ? 200 : 404;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(path === '/api/health' ? { status: 'ok' } : { path }));
  if (path !== '/api/health') console.log(JSON.stringify({ level: 'info', method: request.method, path, status }));
});

// ECS sends SIGTERM, and waits: answers that are under way are finished, connections without one are closed.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(port, '0.0.0.0');
