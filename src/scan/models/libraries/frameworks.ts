import type { ParameterPlace } from '../../../core/index.ts';
import type { LibraryModel } from '../schema.ts';

const from = (
  framework: string,
  request: string,
  entries: readonly (readonly [string, ParameterPlace, number?])[],
) =>
  entries.map(([attribute, place, parameter]) => ({
    name: `${request}.${attribute}`,
    in: place,
    framework,
    ...(parameter === undefined ? {} : { parameter }),
  }));
const html = (name: string, arg: number | string | [number, string]) => ({
  name,
  rule: 'py/xss',
  kind: 'html',
  args: [arg],
  context: 'html' as const,
});
const redirect = (name: string, arg: number | string | [number, string]) => ({
  name,
  rule: 'py/open-redirect',
  kind: 'redirect',
  args: [arg],
  context: 'redirect' as const,
});
const file = (name: string, arg: number | string | [number, string]) => ({
  name,
  rule: 'py/path-traversal',
  kind: 'path',
  args: [arg],
  context: 'path' as const,
});

export const starlette: LibraryModel = {
  library: 'starlette',
  aliases: {
    'fastapi.Request': 'starlette.requests.Request',
    'fastapi.requests.Request': 'starlette.requests.Request',
    'fastapi.responses': 'starlette.responses',
    'fastapi.WebSocket': 'starlette.requests.Request',
    'fastapi.Response': 'starlette.responses.Response',
    'fastapi.FastAPI()': 'fastapi.FastAPI()',
    'starlette.requests.Request.form()[]': 'werkzeug.FileStorage',
  },
  sources: from('starlette', 'starlette.requests.Request', [
    ['query_params', 'query'],
    ['path_params', 'path'],
    ['headers', 'header'],
    ['cookies', 'cookie'],
    ['json()', 'body'],
    ['body()', 'body'],
    ['form()', 'form'],
    ['stream()', 'body'],
    ['url', 'url'],
    ['receive_text()', 'message'],
    ['receive_json()', 'message'],
    ['receive_bytes()', 'message'],
  ]),
  sinks: [
    html('starlette.responses.HTMLResponse', [0, 'content']),
    {
      ...html('starlette.responses.Response', [0, 'content']),
      when: [{ arg: 'media_type', is: ['text/html'] }],
    },
    redirect('starlette.responses.RedirectResponse', [0, 'url']),
    file('starlette.responses.FileResponse', [0, 'path']),
    {
      name: 'starlette.responses.Response().set_cookie',
      rule: 'py/cookie-injection',
      kind: 'cookie',
      args: [
        [0, 'key'],
        [1, 'value'],
      ],
      context: 'cookie',
    },
  ],
  clean: [
    'starlette.responses.JSONResponse',
    'starlette.responses.HTMLResponse',
    'starlette.responses.Response',
    'starlette.responses.RedirectResponse',
    'starlette.responses.FileResponse',
  ],
};

export const aiohttp: LibraryModel = {
  library: 'aiohttp',
  aliases: { 'aiohttp.web.View().request': 'aiohttp.web.Request' },
  sources: from('aiohttp', 'aiohttp.web.Request', [
    ['query', 'query'],
    ['rel_url', 'url'],
    ['match_info', 'path'],
    ['headers', 'header'],
    ['cookies', 'cookie'],
    ['post()', 'form'],
    ['json()', 'body'],
    ['text()', 'body'],
    ['read()', 'body'],
    ['multipart()', 'file'],
    ['path', 'url'],
    ['path_qs', 'url'],
    ['query_string', 'query'],
  ]),
  sinks: [
    { ...html('aiohttp.web.Response', 'text'), when: [{ arg: 'content_type', is: ['text/html'] }] },
    { ...html('aiohttp.web.Response', 'body'), when: [{ arg: 'content_type', is: ['text/html'] }] },
    redirect('aiohttp.web.HTTPFound', [0, 'location']),
    redirect('aiohttp.web.HTTPSeeOther', [0, 'location']),
    redirect('aiohttp.web.HTTPMovedPermanently', [0, 'location']),
    redirect('aiohttp.web.HTTPTemporaryRedirect', [0, 'location']),
    file('aiohttp.web.FileResponse', [0, 'path']),
  ],
  clean: ['aiohttp.web.json_response'],
};

export const tornado: LibraryModel = {
  library: 'tornado',
  aliases: {
    'tornado.web.RequestHandler()': 'tornado.Handler',
    'tornado.websocket.WebSocketHandler()': 'tornado.Handler',
    'tornado.Handler.request': 'tornado.Request',
  },
  sources: [
    ...from('tornado', 'tornado.Handler', [
      ['get_argument()', 'any', 0],
      ['get_arguments()', 'any', 0],
      ['get_query_argument()', 'query', 0],
      ['get_query_arguments()', 'query', 0],
      ['get_body_argument()', 'form', 0],
      ['get_body_arguments()', 'form', 0],
      ['get_cookie()', 'cookie', 0],
    ]),
    ...from('tornado', 'tornado.Request', [
      ['arguments', 'any'],
      ['query_arguments', 'query'],
      ['body_arguments', 'form'],
      ['body', 'body'],
      ['headers', 'header'],
      ['files', 'file'],
      ['cookies', 'cookie'],
      ['uri', 'url'],
      ['path', 'url'],
      ['query', 'query'],
    ]),
  ],
  sinks: [
    html('tornado.Handler.write', [0, 'chunk']),
    html('tornado.Handler.finish', [0, 'chunk']),
    redirect('tornado.Handler.redirect', [0, 'url']),
    {
      name: 'tornado.Handler.set_header',
      rule: 'py/header-injection',
      kind: 'header',
      args: [1],
      context: 'header',
    },
    {
      name: 'tornado.Handler.set_cookie',
      rule: 'py/cookie-injection',
      kind: 'cookie',
      args: [0, 1],
      context: 'cookie',
    },
    {
      name: 'tornado.template.Template',
      rule: 'py/template-injection',
      kind: 'template',
      args: [0],
      context: 'template',
    },
  ],
  passes: [
    { name: 'tornado.escape.json_decode' },
    { name: 'tornado.escape.to_unicode' },
    { name: 'tornado.escape.url_unescape' },
  ],
  sanitizers: [
    { name: 'tornado.escape.xhtml_escape', contexts: ['html', 'attribute'] },
    { name: 'tornado.escape.url_escape', contexts: ['url', 'redirect', 'html', 'header'] },
  ],
};

/** The servers of the standard library. */
export const httpServer: LibraryModel = {
  library: 'http.server',
  aliases: {
    'http.server.BaseHTTPRequestHandler()': 'http.Handler',
    'socketserver.BaseRequestHandler()': 'http.Handler',
    'socketserver.StreamRequestHandler()': 'http.Handler',
    'http.server.SimpleHTTPRequestHandler()': 'http.Handler',
    'http.server.CGIHTTPRequestHandler()': 'http.Handler',
  },
  sources: from('http.server', 'http.Handler', [
    ['path', 'url'],
    ['headers', 'header'],
    ['rfile', 'body'],
    ['requestline', 'url'],
    ['request.recv()', 'message'],
  ]),
  sinks: [
    { ...html('http.Handler.wfile.write', 0), needs: 'html-answer' },
    { ...redirect('http.Handler.send_header', 1), when: [{ arg: 0, is: ['Location', 'location'] }] },
    {
      name: 'http.Handler.send_header',
      rule: 'py/header-injection',
      kind: 'header',
      args: [1],
      context: 'header',
      when: [{ arg: 0, not: ['Location', 'location'] }],
    },
  ],
  flags: [
    {
      name: 'http.Handler.send_header',
      flag: 'html-answer',
      when: [
        { arg: 0, is: ['Content-Type', 'Content-type', 'content-type'] },
        {
          arg: 1,
          is: [
            'text/html',
            'text/html; charset=utf-8',
            'text/html;charset=utf-8',
            'text/html; charset=UTF-8',
          ],
        },
      ],
    },
  ],
};

export const bottle: LibraryModel = {
  library: 'bottle',
  sources: from('bottle', 'bottle.request', [
    ['query', 'query'],
    ['GET', 'query'],
    ['forms', 'form'],
    ['POST', 'form'],
    ['params', 'any'],
    ['json', 'body'],
    ['body', 'body'],
    ['headers', 'header'],
    ['get_header()', 'header', 0],
    ['cookies', 'cookie'],
    ['get_cookie()', 'cookie', 0],
    ['files', 'file'],
    ['url', 'url'],
    ['path', 'url'],
    ['query_string', 'query'],
  ]),
  aliases: {
    'bottle.request.files[]': 'werkzeug.FileStorage',
    'bottle.request.files.get()': 'werkzeug.FileStorage',
  },
  sinks: [
    redirect('bottle.redirect', 0),
    { name: 'bottle.static_file', rule: 'py/path-traversal', kind: 'path', args: ['root'], context: 'path' },
    {
      name: 'bottle.template',
      rule: 'py/template-injection',
      kind: 'template',
      args: [0],
      context: 'template',
    },
    {
      name: 'bottle.response.set_header',
      rule: 'py/header-injection',
      kind: 'header',
      args: [1],
      context: 'header',
    },
    {
      name: 'bottle.response.set_cookie',
      rule: 'py/cookie-injection',
      kind: 'cookie',
      args: [0, 1],
      context: 'cookie',
    },
  ],
  clean: ['bottle.template', 'bottle.static_file'],
  sanitizers: [{ name: 'bottle.html_escape', contexts: ['html', 'attribute'] }],
  stops: ['bottle.abort'],
};

export const sanic: LibraryModel = {
  library: 'sanic',
  sources: from('sanic', 'sanic.Request', [
    ['args', 'query'],
    ['query_args', 'query'],
    ['form', 'form'],
    ['json', 'body'],
    ['body', 'body'],
    ['headers', 'header'],
    ['cookies', 'cookie'],
    ['files', 'file'],
    ['path', 'url'],
  ]),
  aliases: { 'sanic.request.Request': 'sanic.Request' },
  sinks: [html('sanic.response.html', 0), redirect('sanic.response.redirect', 0)],
  clean: ['sanic.response.json'],
};
