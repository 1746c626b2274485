// The dashboard's files with the app's own headers, and an API that answers from fixtures. For the tests and for working on the pages:
// npm run mock, then http://127.0.0.1:7180/dashboard. Options: MOCK_KEY asks for that key.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer } from './fixtures.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
export const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** @param state what a test changes: key, token, isDown, and requests, which it reads */
export function serve(state, port = 0) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (url.pathname.startsWith('/dashboard')) return file(url.pathname, response);
    state.requests.push({ method: request.method, path: url.pathname + url.search, body, headers: request.headers });
    if (state.isDown) return request.socket.destroy();
    if (state.key && request.headers['x-functions-key'] !== state.key && url.pathname !== '/api/health') return response.writeHead(401).end();
    if (state.token && request.headers.authorization !== `Bearer ${state.token}` && url.pathname !== '/api/health') return response.writeHead(401).end();
    const { status = 200, json, text } = answer(request.method, url, body, state);
    response.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : json !== undefined ? 'application/json' : 'text/plain' });
    response.end(json !== undefined ? JSON.stringify(json) : text ?? '');
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({ server, address: `http://127.0.0.1:${server.address().port}` })));
}

async function file(path, response) {
  const name = normalize(path.slice('/dashboard'.length)).replace(/^\/+/, '');
  const headers = { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };
  try {
    const content = await readFile(join(dist, name || 'index.html'));
    response.writeHead(200, { ...headers, 'Content-Type': types[extname(name || 'index.html')] }).end(content);
  } catch {
    if (name.startsWith('assets/')) return response.writeHead(404).end();
    response.writeHead(200, { ...headers, 'Content-Type': types['.html'] }).end(await readFile(join(dist, 'index.html')));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await serve({ requests: [], key: process.env.MOCK_KEY }, Number(process.env.PORT ?? 7180));
  console.log(`${address}/dashboard`);
}
