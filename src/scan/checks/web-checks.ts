import { onlyConstant, type Val } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import {
  always,
  both,
  type Call,
  type CallCheck,
  type CallChecks,
  each,
  type Verdict,
} from './call-check.ts';
import { cookieHeader } from './raw-cookies.ts';
import { definitionOf } from './words.ts';

const ASKED = /\b(debug\w*|dev|develop\w*|env|environment|local|args|options|verbose)\b/;

const debug: CallCheck = (call) =>
  call.constant(-1, 'debug') === true || call.constant(-1, 'use_debugger') === true
    ? {
        rule: 'py/debug-enabled',
        why: 'The debugger lets a visitor run code.',
        confidence: ASKED.test(call.conditions()) ? 'possible' : 'confirmed',
      }
    : null;

const debugCalled: CallCheck = (call) => {
  const given = call.args.positional[0];
  return given === undefined || onlyConstant(given) === true
    ? { rule: 'py/debug-enabled', why: 'Error pages show code to every visitor.', confidence: 'likely' }
    : null;
};

const debuggedApplication: CallCheck = (call) => {
  const evalex = call.arg(1, 'evalex');
  return evalex !== null && onlyConstant(evalex) === true
    ? {
        rule: 'py/debug-enabled',
        why: 'The debugger lets a visitor run code.',
        confidence: ASKED.test(call.conditions()) ? 'possible' : 'confirmed',
      }
    : null;
};

const bindAll: CallCheck = (call) => everyInterface(call, -1, 'host') ?? everyInterface(call, 0, 'host');

const everyInterface = (call: Call, at: number, name: string): Verdict | null =>
  call.is(at, name, '0.0.0.0', '::')
    ? { rule: 'py/bind-all-interfaces', why: 'Every network the machine is on can reach it.' }
    : null;
const launched: CallCheck = (call) => everyInterface(call, -1, 'server_name');
const listened: CallCheck = (call) => everyInterface(call, 1, 'address');

// An empty text stands for every interface too.
const serverStarted: CallCheck = (call) =>
  call.is(1, 'host', '0.0.0.0', '::', '')
    ? { rule: 'py/bind-all-interfaces', why: 'Every network the machine is on can reach it.' }
    : null;

const socketBind: CallCheck = (call) => {
  const [ref] = call.args.positional[0]?.refs ?? [];
  const host = ref?.k === 'obj' ? call.frame.obj(call.state, ref.id)?.elems?.[0] : undefined;
  return host?.consts.some((text) => text === '0.0.0.0' || text === '' || text === '::') === true
    ? { rule: 'py/bind-all-interfaces', why: 'Every network the machine is on can reach it.' }
    : null;
};

const cookie: CallCheck = (call) => {
  const unknown = call.name.startsWith('*.');
  // A cookie jar takes a cookie as it is; a response takes name and value.
  if (call.args.star !== null || call.args.stars !== null || (unknown && !call.has(1, 'value'))) return null;
  const off = (flag: string): boolean => {
    const value = call.arg(-1, flag);
    const known = value === null ? false : onlyConstant(value);
    return known === false || known === null;
  };
  const missing = ['secure', 'httponly'].filter(off);
  const samesite = call.arg(-1, 'samesite');
  const known = samesite === null ? null : onlyConstant(samesite);
  if (known === null || String(known).toLowerCase() === 'none') missing.push('samesite');
  const [worst] = missing;
  if (worst === undefined) return null;
  return {
    // Browsers treat a cookie without SameSite as Lax: only None is worth more than a hint.
    rule: COOKIE_RULES[worst] ?? 'py/insecure-cookie',
    why: `The cookie is set without ${missing.join(' and ')}.`,
    confidence: worst === 'samesite' && known === null ? 'possible' : unknown ? 'likely' : 'confirmed',
  };
};

/** `send_header('Set-Cookie', 'sid=…')` */
const rawCookie: CallCheck = (call) => {
  const value = call.arg(1, 'value');
  return value === null ? null : cookieHeader(call.constant(0, 'name'), value);
};

const COOKIE_RULES: Record<string, string> = {
  secure: 'py/insecure-cookie',
  httponly: 'py/cookie-without-httponly',
  samesite: 'py/cookie-without-samesite',
};

// A field of what is stored (`person.motto`, `row['bio'].replace('\n', '<br>')`): somebody has filled it in.
const isField = ({ frame }: Call, register: number): boolean => {
  let def = frame.fn.defs[register];
  for (let hops = 0; def?.op === OP.method && def.name === 'replace' && hops < 4; hops++)
    def = frame.fn.defs[def.a];
  return def?.op === OP.attr || def?.op === OP.index;
};

const markup: CallCheck = (call) => {
  const first = call.args.positional[0];
  return first === undefined ||
    call.settled(first, !isField(call, call.register(0, 's'))) ||
    onlyConstant(first) !== undefined ||
    (first.consts.length > 0 && !first.open)
    ? null
    : { rule: 'py/raw-markup', why: 'Whatever it holds goes into the page as it is.' };
};

/** Whether `value` allows every origin: by itself, within a list, or within a table of resources. */
const anyOrigin = (call: Call, value: Val | null, depth = 0): boolean => {
  if (value === null) return false;
  if (
    value.consts.some(
      (each) => typeof each === 'string' && /^(\*|\.\*|\^?(https\?|https\??):\/\/\.[*+]\$?)$/.test(each),
    )
  )
    return true;
  return value.refs.some((ref) => {
    const obj = ref.k === 'obj' && depth < 4 ? call.frame.obj(call.state, ref.id) : undefined;
    if (obj === undefined) return false;
    if (obj.shape === 'dict')
      return [...obj.fields].some(
        ([key, held]) => (depth === 0 || key === 'sorigins') && anyOrigin(call, held, depth + 1),
      );
    return obj.elems?.some((each) => anyOrigin(call, each, depth + 1)) === true;
  });
};

const cors: CallCheck = (call) => {
  const origins = ['origins', 'allow_origins', 'resources', 'allow_origin', 'allow_origin_regex'];
  const given = origins.map((name) => call.args.keywords.get(name) ?? null);
  const credentials = call.is(-1, 'supports_credentials', true) || call.is(-1, 'allow_credentials', true);
  // Flask-CORS allows every origin unless it is told which.
  const silent =
    /^flask_cors\./.test(call.name) && given.every((value) => value === null) && call.args.stars === null;
  return credentials && (silent || given.some((value) => anyOrigin(call, value)))
    ? {
        rule: 'py/cors-any-origin',
        why: 'Every site can read answers with the visitor’s cookies.',
        confidence: 'confirmed',
      }
    : null;
};

// aiohttp_cors.setup(app, defaults={'*': ResourceOptions(allow_credentials=True)})
const aiohttpCors: CallCheck = (call) => {
  const { fn } = call.frame;
  const { instr } = call.args;
  const at = instr.names?.indexOf('defaults') ?? -1;
  const table = definitionOf(fn, instr.args[at] ?? instr.args[1] ?? -1);
  if (table?.op !== OP.dict) return null;
  for (let i = 0; i + 1 < table.args.length; i += 2) {
    const key = fn.defs[table.args[i] ?? -1];
    if (key?.val?.consts.includes('*') !== true) continue;
    const options = definitionOf(fn, table.args[i + 1] ?? -1);
    const credentials = options?.names?.indexOf('allow_credentials') ?? -1;
    if (fn.defs[options?.args[credentials] ?? -1]?.val?.consts.includes(true) === true)
      return {
        rule: 'py/cors-any-origin',
        why: 'Every site can read answers with the visitor’s cookies.',
        confidence: 'confirmed',
      };
  }
  return null;
};

export const WEB_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    ['send_header', 'set_header', 'add_header', 'append_header'].map((method) => `*.${method}`),
    rawCookie,
  ),
  ['aiohttp_cors.setup', aiohttpCors],
  ['bottle.debug', debugCalled],
  ['werkzeug.debug.DebuggedApplication', debuggedApplication],
  ...each(
    [
      'flask.Flask().run',
      'bottle.run',
      'dash.Dash().run',
      'dash.Dash().run_server',
      'uvicorn.run',
      'fastapi.FastAPI',
      'starlette.applications.Starlette',
      'werkzeug.serving.run_simple',
      'aiohttp.web.Application',
      'flask_socketio.SocketIO().run',
      'aiohttp.web.run_app',
      'tornado.web.Application',
      'sanic.Sanic().run',
      'quart.Quart().run',
    ],
    both(debug, bindAll),
  ),
  ...each(['asyncio.start_server', 'asyncio.get_event_loop().create_server'], serverStarted),
  ...each(['gradio.Blocks().launch', 'gradio.Interface().launch', 'gradio.ChatInterface().launch'], launched),
  ...each(
    [
      'tornado.httpserver.HTTPServer().listen',
      'tornado.web.Application().listen',
      'tornado.tcpserver.TCPServer().listen',
    ],
    listened,
  ),
  ...each(
    [
      'socket.socket().bind',
      'http.server.HTTPServer',
      'http.server.ThreadingHTTPServer',
      'socketserver.TCPServer',
      'socketserver.ThreadingTCPServer',
      'xmlrpc.server.SimpleXMLRPCServer',
    ],
    socketBind,
  ),
  ...each(
    [
      'flask.Response().set_cookie',
      'django.http.HttpResponse().set_cookie',
      'starlette.responses.Response().set_cookie',
      'starlette.responses.JSONResponse().set_cookie',
      'starlette.responses.HTMLResponse().set_cookie',
      'starlette.responses.RedirectResponse().set_cookie',
      'django.http.JsonResponse().set_cookie',
      'django.http.HttpResponseRedirect().set_cookie',
      'tornado.Handler.set_cookie',
      'tornado.Handler.set_signed_cookie',
      'tornado.Handler.set_secure_cookie',
      'bottle.response.set_cookie',
      'pyramid.response.Response().set_cookie',
      'aiohttp.web.Response().set_cookie',
      '*.set_cookie',
    ],
    cookie,
  ),
  ...each(
    ['markupsafe.Markup', 'django.utils.safestring.mark_safe', 'django.utils.safestring.SafeText'],
    markup,
  ),
  ...each(
    [
      'flask_cors.CORS',
      'flask_cors.CORS().init_app',
      'flask_cors.cross_origin',
      'fastapi.FastAPI().add_middleware',
      'starlette.applications.Starlette().add_middleware',
      'starlette.middleware.cors.CORSMiddleware',
      'fastapi.middleware.cors.CORSMiddleware',
      'starlette.middleware.Middleware',
      'fastapi.middleware.Middleware',
    ],
    cors,
  ),
  ...each(
    ['django.views.decorators.csrf.csrf_exempt'],
    always('py/csrf-off', 'Any site can send this request in the name of the visitor.', {
      confidence: 'possible',
    }),
  ),
];
