// A stand-in for techcorp's services, which share one image: /health on port 8080, and who it is elsewhere.
import http from 'node:http';

const port = Number(process.env.PORT ?? 8080);

const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  const known = request.method === 'GET';
  const status = known ? 200 : 405;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(path === '/health' ? { status: 'ok' } : { path, environment: process.env.NODE_ENV }));
  if (path !== '/health') console.log(JSON.stringify({ level: 'info', method: request.method, path, status }));
});

// ECS sends SIGTERM, and waits: answers that are under way are finished, connections without one are closed.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(port, '0.0.0.0');
