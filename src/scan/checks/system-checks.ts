import { onlyConstant, segmentsOf, type Val } from '../flow/value.ts';
import type { Call, CallCheck, Verdict } from './call-check.ts';

const each = (names: readonly string[], check: CallCheck): [string, CallCheck][] =>
  names.map((name) => [name, check]);
const always =
  (rule: string, why: string, more: Partial<Verdict> = {}): CallCheck =>
  () => ({ rule, why, ...more });

const first = (call: Call): Val | null =>
  call.args.positional[0] ?? [...call.args.keywords.values()][0] ?? null;

const shell: CallCheck = (call) => {
  if (call.settled(first(call), true)) return null;
  const command = first(call);
  if (call.literal || (command !== null && onlyConstant(command) !== undefined))
    return {
      rule: 'py/shell-call',
      why: 'A shell runs it: PATH and the environment decide what is run.',
      confidence: 'possible',
      severity: 'low',
    };
  return {
    rule: 'py/shell-call',
    why: 'The command is put together and run by a shell.',
    confidence: call.frame.hot ? 'possible' : 'likely',
  };
};

const subprocess: CallCheck = (call) => (call.is(-1, 'shell', true, 1) ? shell(call) : null);

const evaluate: CallCheck = (call) => {
  const first = call.args.positional[0];
  if (first === undefined || onlyConstant(first) !== undefined || call.settled(first)) return null;
  return { rule: 'py/dangerous-eval', why: 'Whoever can change the text can run anything.' };
};

const unsafeLoad: CallCheck = (call) =>
  call.settled(first(call))
    ? null
    : { rule: 'py/unsafe-load', why: 'Whoever can change the data can run anything.' };
const yaml: CallCheck = (call) => {
  const loader = call.names(1, 'Loader');
  if (loader.some((name) => /(^|\.)(C?SafeLoader|C?BaseLoader)$/.test(name))) return null;
  if (loader.length === 0 && call.has(1, 'Loader')) return null;
  if (loader.some((name) => /(^|\.)C?FullLoader$/.test(name)))
    return {
      rule: 'py/unsafe-load',
      why: 'This loader ran code in versions before 5.4, and still makes some objects.',
      confidence: 'possible',
    };
  return {
    rule: 'py/unsafe-load',
    why: 'This loader makes objects of any class.',
    confidence: 'likely',
    severity: 'high',
  };
};

const SQL_START =
  /^\s*(select\s.{0,400}\sfrom\s|insert\s+into\s|update\s+\S.{0,200}\sset\s|delete\s+from\s|drop\s+\w|create\s+\w|alter\s+\w|call\s+\w|exec\w*\s)/is;
const sqlText: CallCheck = (call) => {
  const statement =
    call.args.positional[0] ?? call.args.keywords.get('query') ?? call.args.keywords.get('sql') ?? null;
  const segments = statement === null ? null : segmentsOf(statement);
  if (
    segments === null ||
    segments.every((segment) => typeof segment === 'string') ||
    call.settled(statement, true)
  )
    return null;
  const first = segments[0];
  if (
    typeof first !== 'string' ||
    !SQL_START.test(segments.map((segment) => (typeof segment === 'string' ? segment : ' x ')).join(''))
  )
    return null;
  return {
    rule: 'py/sql-built-from-text',
    why: 'A value that is not constant is part of the statement itself.',
  };
};

const noVerify: CallCheck = (call) =>
  call.is(-1, 'verify', false)
    ? {
        rule: 'py/tls-not-verified',
        why: 'verify=False: anyone in between can answer.',
        confidence: 'confirmed',
      }
    : call.name.startsWith('requests.') && !call.has(-1, 'timeout') && !call.name.includes('()')
      ? { rule: 'py/no-timeout', why: 'The other side can hold this call for ever.' }
      : null;

const OLD_TLS =
  /PROTOCOL_(SSLv2|SSLv3|TLSv1|TLSv1_1|SSLv23)$|TLSVersion\.(SSLv3|TLSv1|TLSv1_1)$|SSLv2_METHOD|SSLv3_METHOD|TLSv1_METHOD|TLSv1_1_METHOD|SSLv23_METHOD/;
const tlsVersion: CallCheck = (call) => {
  const names = [...call.args.positional, ...call.args.keywords.values()].flatMap((value) =>
    value.refs.flatMap((ref) => (ref.k === 'ext' ? [ref.name] : [])),
  );
  const old = names.find((name) => OLD_TLS.test(name));
  return old === undefined
    ? null
    : { rule: 'py/weak-tls', why: `${old} allows versions that are broken.`, confidence: 'confirmed' };
};

const wrapSocket: CallCheck = (call) =>
  tlsVersion(call) ??
  (call.has(3, 'cert_reqs')
    ? null
    : { rule: 'py/tls-not-verified', why: 'ssl.wrap_socket() verifies nothing.', confidence: 'likely' });

const debug: CallCheck = (call) =>
  call.constant(-1, 'debug') === true
    ? { rule: 'py/debug-enabled', why: 'The debugger lets a visitor run code.', confidence: 'confirmed' }
    : bindAll(call);

const bindAll: CallCheck = (call) =>
  call.is(-1, 'host', '0.0.0.0', '::') || call.is(0, 'host', '0.0.0.0')
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
  if (call.args.stars !== null || (unknown && !call.has(1, 'value'))) return null;
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
    confidence: unknown ? 'likely' : worst === 'samesite' && known === null ? 'possible' : 'confirmed',
  };
};

const COOKIE_RULES: Record<string, string> = {
  secure: 'py/insecure-cookie',
  httponly: 'py/cookie-without-httponly',
  samesite: 'py/cookie-without-samesite',
};

const autoescape: CallCheck = (call) => {
  const value = call.arg(-1, 'autoescape');
  if (value === null)
    return call.args.stars === null
      ? {
          rule: 'py/autoescape-off',
          why: 'jinja2.Environment escapes nothing unless it is told to.',
          confidence: 'likely',
        }
      : null;
  return value.consts.includes(false)
    ? { rule: 'py/autoescape-off', why: 'autoescape is off.', confidence: 'confirmed' }
    : null;
};

const markup: CallCheck = (call) => {
  const first = call.args.positional[0];
  return first === undefined ||
    call.settled(first, true) ||
    onlyConstant(first) !== undefined ||
    (first.consts.length > 0 && !first.open)
    ? null
    : { rule: 'py/raw-markup', why: 'Whatever it holds goes into the page as it is.' };
};

const xml = always('py/unsafe-xml', 'Entities in the document are expanded.', { confidence: 'possible' });
const lxml: CallCheck = (call) => {
  const parser = call.arg(1, 'parser');
  return parser === null
    ? { rule: 'py/unsafe-xml', why: 'The default parser of lxml expands entities.', confidence: 'possible' }
    : null;
};
const xmlParser: CallCheck = (call) => {
  const resolves = call.arg(-1, 'resolve_entities');
  if (
    resolves?.consts.includes(true) === true ||
    call.is(-1, 'no_network', false) ||
    call.is(-1, 'load_dtd', true)
  ) {
    return {
      rule: 'py/unsafe-xml',
      why: 'The parser is told to resolve entities or to fetch documents.',
      confidence: 'confirmed',
      severity: 'high',
    };
  }
  return null;
};

const permissions: CallCheck = (call) => {
  const mode = call.constant(1, 'mode');
  return typeof mode === 'number' && ((mode & 0o002) !== 0 || (mode & 0o111 && mode & 0o020) !== 0)
    ? {
        rule: 'py/loose-permissions',
        why: `Mode 0o${mode.toString(8)} lets others write.`,
        confidence: 'confirmed',
      }
    : null;
};

const extract: CallCheck = (call) => {
  const filter = call.arg(-1, 'filter');
  if (filter?.consts.some((text) => text === 'data' || text === 'tar') === true || filter?.open === true)
    return null;
  if (call.has(1, 'members')) return null;
  return { rule: 'py/unchecked-extract', why: 'Names inside the archive can lead outside the folder.' };
};

const hostKey: CallCheck = (call) =>
  call.names(0, 'policy').some((name) => /AutoAddPolicy|WarningPolicy/.test(name))
    ? { rule: 'py/ssh-host-key', why: 'Any host key is accepted.', confidence: 'confirmed' }
    : null;

const snmp: CallCheck = (call) =>
  call.is(-1, 'mpModel', 0, 1)
    ? { rule: 'py/snmp-insecure', why: 'SNMP 1 and 2c send everything in clear.', confidence: 'confirmed' }
    : null;

const cors: CallCheck = (call) => {
  const any =
    call.is(-1, 'origins', '*') ||
    call.is(-1, 'allow_origins', '*') ||
    [call.arg(-1, 'allow_origins'), call.arg(-1, 'origins')].some(
      (value) =>
        value?.refs.some(
          (ref) =>
            ref.k === 'obj' &&
            call.frame.obj(call.state, ref.id)?.elems?.some((each) => each.consts.includes('*')) === true,
        ) === true,
    );
  const credentials = call.is(-1, 'supports_credentials', true) || call.is(-1, 'allow_credentials', true);
  return any && credentials
    ? {
        rule: 'py/cors-any-origin',
        why: 'Every site can read answers with the visitor’s cookies.',
        confidence: 'confirmed',
      }
    : null;
};

const VERBS = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request'];
const XML = [
  'xml.etree.ElementTree',
  'xml.etree.cElementTree',
  'xml.dom.minidom',
  'xml.dom.pulldom',
  'xml.sax',
  'xml.dom.expatbuilder',
];

export const SYSTEM_CHECKS: readonly [string, CallCheck][] = [
  ...each(
    [
      'os.system',
      'os.popen',
      'subprocess.getoutput',
      'subprocess.getstatusoutput',
      'asyncio.create_subprocess_shell',
      'popen2.popen2',
      'popen2.popen3',
    ],
    shell,
  ),
  ...each(
    ['run', 'call', 'check_call', 'check_output', 'Popen'].map((name) => `subprocess.${name}`),
    subprocess,
  ),
  ...each(['builtins.eval', 'builtins.exec'], evaluate),
  ...each(
    [
      'pickle.loads',
      'pickle.load',
      'pickle.Unpickler',
      'marshal.loads',
      'marshal.load',
      'shelve.open',
      'jsonpickle.decode',
      'pandas.read_pickle',
      'joblib.load',
      'yaml.unsafe_load',
      'yaml.full_load',
    ],
    unsafeLoad,
  ),
  ...each(['yaml.load', 'yaml.load_all'], yaml),
  [
    'torch.load',
    (call) =>
      call.is(-1, 'weights_only', true)
        ? null
        : { rule: 'py/unsafe-load', why: 'It unpickles what it reads.' },
  ],
  ...each(
    [
      'db.Cursor.execute',
      'db.Cursor.executemany',
      'db.Connection.execute',
      '*.execute',
      '*.executemany',
      '*.raw',
      'sqlalchemy.text',
      'sqlalchemy.Session.execute',
      'sqlalchemy.Connection.execute',
      'asyncpg.Connection.fetch',
      'pandas.read_sql',
    ],
    sqlText,
  ),
  ...each(
    VERBS.flatMap((verb) => [
      `requests.${verb}`,
      `requests.Session().${verb}`,
      `httpx.${verb}`,
      `httpx.Client().${verb}`,
    ]),
    noVerify,
  ),
  ...each(['httpx.Client', 'httpx.AsyncClient'], noVerify),
  [
    'ssl._create_unverified_context',
    always('py/tls-not-verified', 'The context verifies nothing.', { confidence: 'confirmed' }),
  ],
  [
    'urllib3.disable_warnings',
    always('py/tls-not-verified', 'Warnings about unverified connections are hidden.', {
      confidence: 'possible',
      severity: 'low',
    }),
  ],
  ...each(['ssl.SSLContext', 'OpenSSL.SSL.Context', 'ssl._create_stdlib_context'], tlsVersion),
  ['ssl.wrap_socket', wrapSocket],
  ...each(
    [
      'flask.Flask().run',
      'bottle.run',
      'dash.Dash().run',
      'dash.Dash().run_server',
      'uvicorn.run',
      'fastapi.FastAPI',
      'aiohttp.web.run_app',
      'tornado.web.Application',
      'sanic.Sanic().run',
      'quart.Quart().run',
    ],
    debug,
  ),
  ['socket.socket().bind', socketBind],
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
      'aiohttp.web.Response().set_cookie',
      'bottle.response.set_cookie',
      'pyramid.response.Response().set_cookie',
      '*.set_cookie',
    ],
    cookie,
  ),
  ['jinja2.Environment', autoescape],
  ...each(
    ['mako.template.Template', 'mako.lookup.TemplateLookup'],
    always('py/autoescape-off', 'Mako escapes nothing unless default_filters say so.', {
      confidence: 'possible',
      severity: 'medium',
    }),
  ),
  ...each(
    ['markupsafe.Markup', 'django.utils.safestring.mark_safe', 'django.utils.safestring.SafeText'],
    markup,
  ),
  ...each(
    XML.flatMap((name) =>
      ['parse', 'fromstring', 'parseString', 'iterparse', 'XML', 'XMLParser', 'make_parser'].map(
        (fn) => `${name}.${fn}`,
      ),
    ),
    xml,
  ),
  ...each(['lxml.etree.parse', 'lxml.etree.fromstring', 'lxml.etree.XML'], lxml),
  ['lxml.etree.XMLParser', xmlParser],
  ...each(['xmlrpc.client.ServerProxy', 'xmlrpc.server.SimpleXMLRPCServer'], xml),
  ...each(['os.chmod', 'os.fchmod', 'os.lchmod', 'pathlib.Path().chmod'], permissions),
  ...each(
    ['tempfile.mktemp', 'os.tempnam', 'os.tmpnam'],
    always('py/insecure-temp', 'Someone else can make the file first.', { confidence: 'confirmed' }),
  ),
  ...each(
    [
      'tarfile.open().extractall',
      'tarfile.TarFile().extractall',
      'tarfile.TarFile.open().extractall',
      'tarfile.open().extract',
    ],
    extract,
  ),
  ...each(
    [
      'paramiko.SSHClient().set_missing_host_key_policy',
      'paramiko.client.SSHClient().set_missing_host_key_policy',
    ],
    hostKey,
  ),
  ...each(
    ['telnetlib.Telnet', 'ftplib.FTP', 'telnetlib3.open_connection'],
    always('py/clear-text-protocol', 'User names, passwords and data go over the wire in clear.', {
      confidence: 'likely',
    }),
  ),
  ...each(['pysnmp.hlapi.CommunityData', 'pysnmp.entity.rfc3413.oneliner.cmdgen.CommunityData'], snmp),
  ...each(
    ['flask_cors.CORS', 'fastapi.FastAPI().add_middleware', 'starlette.middleware.cors.CORSMiddleware'],
    cors,
  ),
  ...each(
    ['django.views.decorators.csrf.csrf_exempt'],
    always('py/csrf-off', 'Any site can send this request in the name of the visitor.', {
      confidence: 'possible',
    }),
  ),
  ...each(['urllib.request.urlopen', 'urllib.request.urlretrieve'], (call) => {
    const url = call.args.positional[0] ?? null;
    const first = url === null ? null : (segmentsOf(url)?.[0] ?? null);
    return typeof first === 'string' && /^https?:/.test(first)
      ? null
      : { rule: 'py/url-open', why: 'The scheme is not checked: file: is opened too.' };
  }),
];
