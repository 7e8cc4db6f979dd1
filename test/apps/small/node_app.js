// A counter in plain Node: a page, its script and its style, a form that is sent by fetch and an event stream.
const { createServer } = require('node:http');

let count = 0;
const listeners = new Set();
const PAGE = `<!doctype html><html lang="en"><title>Counter</title><link rel="stylesheet" href="/counter.css">
<h1>Counter</h1><p id="count">…</p><button type="button">One more</button><script type="module" src="/counter.js"></script>`;
const SCRIPT = `const shown = document.querySelector('#count');
new EventSource('/events').onmessage = ({ data }) => { shown.textContent = 'counted ' + data; };
document.querySelector('button').addEventListener('click', () => fetch('/more', { method: 'POST' }));`;

const answer = (res, type, text) => res.writeHead(200, { 'content-type': type }).end(text);

createServer((req, res) => {
  if (req.url === '/') answer(res, 'text/html; charset=utf-8', PAGE);
  else if (req.url === '/counter.js') answer(res, 'text/javascript', SCRIPT);
  else if (req.url === '/counter.css') answer(res, 'text/css', 'h1 { color: teal }');
  else if (req.url === '/more' && req.method === 'POST') {
    count += 1;
    for (const listener of listeners) listener.write(`data: ${count}\n\n`);
    answer(res, 'application/json', JSON.stringify({ count }));
  } else if (req.url === '/events') {
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${count}\n\n`);
    listeners.add(res);
    res.on('close', () => listeners.delete(res));
  } else res.writeHead(404).end();
}).listen(Number(process.env.PORT), process.env.HOST);
