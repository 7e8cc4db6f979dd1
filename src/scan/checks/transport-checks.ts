import { externalNames, onlyConstant, segmentsOf, type Val } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { always, both, type Call, type CallCheck, each, type Verdict } from './call-check.ts';

/** Options that leave it to the caller whether certificates are verified: the switch itself is no hole. */
const CALLERS_CHOICE =
  /\b(verify\w*|validat\w+|insecure|cert ?reqs?|check\w*|skip\w*|self ?signed|trust\w*|ca ?certs?|ca file|assert \w+|fingerprint|host ?name|server hostname|unverified|ignore\w*|allow\w*|no check|tls|ssl)\b/;

export const unverified = (why: string, conditions: string): Verdict => ({
  rule: 'py/tls-not-verified',
  why,
  confidence: CALLERS_CHOICE.test(conditions) ? 'possible' : 'confirmed',
});

const off =
  (names: readonly string[], ...values: (string | boolean | null | number)[]): CallCheck =>
  (call) => {
    const name = names.find((each) => call.args.keywords.has(each) && call.is(-1, each, ...values));
    if (name === undefined) return null;
    const value = call.args.keywords.get(name);
    const known = value === undefined ? undefined : onlyConstant(value);
    return known === undefined
      ? { ...unverified(`${name} can be off.`, ''), confidence: 'possible' }
      : unverified(`${name} is off: anyone in between can answer.`, call.conditions());
  };

/** `timeout=None` takes away what the library would do. */
const endless = (call: Call): boolean => {
  const given = call.args.keywords.get('timeout');
  return given !== undefined && onlyConstant(given) === null;
};

const noTimeout: CallCheck = (call) =>
  (call.name.startsWith('requests.') && !call.has(-1, 'timeout')) || endless(call)
    ? { rule: 'py/no-timeout', why: 'The other side can hold this call for ever.' }
    : null;

const noVerify = both(off(['verify'], false), noTimeout);

// `get(url, verify=False)` of something that is not known: nothing but HTTP has such an argument.
const likelyHttp: CallCheck = (call) => {
  const verdict = off(['verify', 'verify_ssl'], false)(call);
  return verdict?.confidence === 'confirmed' ? { ...verdict, confidence: 'likely' } : verdict;
};

const certNone: CallCheck = (call) => {
  const given = call.arg(-1, 'cert_reqs') ?? call.arg(-1, 'ssl_cert_reqs') ?? call.arg(-1, 'validate');
  if (given === null) return null;
  const none =
    given.consts.some((each) => each === 'CERT_NONE' || each === 'none' || each === null || each === 0) ||
    externalNames(given).some((name) => /\.CERT_NONE$/.test(name));
  return none ? unverified('No certificate is asked for.', call.conditions()) : null;
};

const hostnameOff = off(['assert_hostname', 'check_hostname', 'ssl_check_hostname'], false);

export const OLD_TLS =
  /PROTOCOL_(SSLv2|SSLv3|TLSv1|TLSv1_1)$|TLSVersion\.(SSLv3|TLSv1|TLSv1_1)$|SSLv2_METHOD|SSLv3_METHOD|TLSv1_METHOD|TLSv1_1_METHOD/;
/** These agree on the best version that both sides know. */
const ANY_TLS = /PROTOCOL_SSLv23$|SSLv23_METHOD/;
const tlsVersion: CallCheck = (call) => {
  const values = [...call.args.positional, ...call.args.keywords.values()];
  const names = values.flatMap((value) => value.refs.flatMap((ref) => (ref.k === 'ext' ? [ref.name] : [])));
  const old = names.find((name) => OLD_TLS.test(name));
  if (old !== undefined)
    return {
      rule: 'py/weak-tls',
      why: `${old} allows versions that are broken.`,
      confidence: names.length > 1 || call.oneOfSeveral ? 'possible' : 'confirmed',
    };
  const any = names.find((name) => ANY_TLS.test(name));
  return any === undefined
    ? null
    : {
        rule: 'py/weak-tls',
        why: `${any} takes old versions too, where the library still has them.`,
        confidence: 'possible',
        severity: 'low',
      };
};

const wrapSocket: CallCheck = (call) =>
  tlsVersion(call) ??
  certNone(call) ??
  (call.has(3, 'cert_reqs') || call.args.instr.names?.includes('**') === true
    ? null
    : { rule: 'py/tls-not-verified', why: 'ssl.wrap_socket() verifies nothing.', confidence: 'likely' });

const WEAK_SUITES =
  /(^|[:+,\s])(RC4|RC2|DES|3DES|DES-CBC3?\S*|eNULL|aNULL|NULL|ADH|AECDH|EXP\w*|EXPORT\w*|LOW|MD5|SSLv2|SSLv3|ALL)($|[:+,@\s-])/;
const suites: CallCheck = (call) => {
  const text = call.constant(0, 'ciphers');
  if (typeof text !== 'string') return null;
  const weak = WEAK_SUITES.exec(text.replace(/[!-][A-Za-z0-9+-]+/g, ''))?.[2];
  if (weak === undefined) return null;
  // ALL without its worst is what many servers say.
  return weak === 'ALL' && /!aNULL|!eNULL/.test(text)
    ? null
    : { rule: 'py/weak-tls', why: `${weak} is offered, which is broken.`, confidence: 'likely' };
};

const hostKey: CallCheck = (call) => {
  const names = call.names(0, 'policy');
  const any = names.some((name) => /AutoAddPolicy|WarningPolicy/.test(name));
  const chosen =
    names.some((name) => /RejectPolicy/.test(name)) ||
    /\b(strict\w*|host key\w*|auto add|\w*known hosts\w*|check\w*|verify\w*|missing host)\b/.test(
      call.conditions(),
    );
  return any
    ? {
        rule: 'py/ssh-host-key',
        why: 'Any host key is accepted.',
        confidence: chosen ? 'possible' : 'confirmed',
      }
    : null;
};

const noKnownHosts: CallCheck = (call) =>
  call.is(-1, 'known_hosts', null) && call.args.keywords.has('known_hosts')
    ? { rule: 'py/ssh-host-key', why: 'known_hosts=None: any host key is accepted.', confidence: 'confirmed' }
    : null;

const NO_STRICT = /StrictHostKeyChecking[= ](no|off|accept-new)/i;
/** `ssh -o StrictHostKeyChecking=no` in a command that is run. */
export const sshCommand: CallCheck = (call) => {
  const texts: string[] = [];
  const gather = (value: Val, depth: number): void => {
    for (const segment of segmentsOf(value) ?? []) if (typeof segment === 'string') texts.push(segment);
    for (const ref of value.refs) {
      const obj = ref.k === 'obj' && depth < 2 ? call.frame.obj(call.state, ref.id) : undefined;
      for (const each of obj?.elems ?? []) gather(each, depth + 1);
    }
  };
  for (const value of call.args.positional.slice(0, 1)) gather(value, 0);
  return texts.some((text) => NO_STRICT.test(text) && !/accept-new/i.test(text))
    ? { rule: 'py/ssh-host-key', why: 'StrictHostKeyChecking is off.', confidence: 'likely' }
    : null;
};

const IN_CLEAR = 'User names, passwords and data go over the wire in clear.';

const LOCAL = /^(localhost|127\.0\.0\.1|::1|)$/;
// Without a name to log in with, nothing secret goes over the wire.
const clearFtp: CallCheck = (call) => {
  const { fn } = call.frame;
  const host = call.constant(0, 'host');
  if (typeof host === 'string' && host !== '' && LOCAL.test(host)) return null;
  const logins = fn.blocks.flatMap(({ instrs }) =>
    instrs.filter(({ op, name }) => op === OP.method && name === 'login'),
  );
  const anonymous =
    !call.has(1, 'user') && logins.length > 0 && logins.every(({ args }) => args.length === 0);
  const chosen = /\b(\w*tls|\w*ssl|secure|ftps|encrypt\w*)\b/.test(call.conditions());
  return {
    rule: 'py/clear-text-protocol',
    why: IN_CLEAR,
    confidence: anonymous || chosen ? 'possible' : 'likely',
  };
};

/** Whether the module asks for TLS on some connection by one of these methods. */
const asksForTls = (call: Call, names: RegExp): boolean =>
  [call.frame.fn.module.body, ...call.frame.fn.module.functions].some((fn) =>
    fn.blocks.some((block) => block.instrs.some(({ op, name }) => op === OP.method && names.test(name))),
  );

const plainLogin =
  (upgrade: RegExp): CallCheck =>
  (call) =>
    asksForTls(call, upgrade)
      ? null
      : { rule: 'py/clear-text-protocol', why: IN_CLEAR, confidence: 'likely' };

const snmp: CallCheck = (call) =>
  call.is(-1, 'mpModel', 0, 1) || (call.args.positional.length > 0 && !call.has(-1, 'mpModel'))
    ? {
        rule: 'py/snmp-insecure',
        why: 'SNMP 1 and 2c send everything in clear.',
        confidence: call.is(-1, 'mpModel', 0, 1) ? 'confirmed' : 'likely',
      }
    : null;

const snmpUser: CallCheck = (call) => {
  const protocols = ['authProtocol', 'privProtocol'].flatMap((name) => call.names(-1, name));
  const none = protocols.some((name) => /usmNo(Auth|Priv)Protocol$/.test(name));
  const secret = call.has(2, 'privKey') || call.args.star !== null || call.args.stars !== null;
  return none || !secret
    ? { rule: 'py/snmp-insecure', why: 'The user has no key, or nothing is encrypted.', confidence: 'likely' }
    : null;
};

const ldapOption: CallCheck = (call) =>
  call.names(0, 'option').some((name) => /OPT_X_TLS_REQUIRE_CERT$/.test(name)) &&
  call.names(1, 'value').some((name) => /OPT_X_TLS_(NEVER|ALLOW)$/.test(name))
    ? unverified('The certificate of the directory is not asked for.', call.conditions())
    : null;

const curlOption: CallCheck = (call) =>
  call.names(0, 'option').some((name) => /SSL_VERIFY(PEER|HOST)$/.test(name)) && call.is(1, 'value', 0, false)
    ? unverified('The certificate is not verified.', call.conditions())
    : null;

const urlOpen: CallCheck = (call) => {
  const url = call.args.positional[0] ?? null;
  const first = url === null ? null : (segmentsOf(url)?.[0] ?? null);
  return typeof first === 'string' && /^https?:/.test(first)
    ? null
    : { rule: 'py/url-open', why: 'The scheme is not checked: file: is opened too.' };
};

const contextMade: CallCheck = (call) => unverified('The context verifies nothing.', call.conditions());

const VERBS = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request'];
const HTTP = [
  'requests.Session()',
  'requests.sessions.Session()',
  'httpx.Client()',
  'httpx.AsyncClient()',
  'requests',
  'httpx',
];
const AIOHTTP = ['aiohttp.ClientSession()', 'aiohttp'];

export const TRANSPORT_CHECKS: readonly [string, CallCheck][] = [
  ...each(
    HTTP.flatMap((owner) => [...VERBS, 'stream', 'send'].map((verb) => `${owner}.${verb}`)),
    noVerify,
  ),
  ...each(
    VERBS.map((verb) => `*.${verb}`),
    likelyHttp,
  ),
  ...each(['httpx.Client', 'httpx.AsyncClient', 'hvac.Client'], both(off(['verify'], false), noTimeout)),
  ...each(
    ['httpx.Client()', 'httpx.AsyncClient()'].flatMap((owner) => VERBS.map((verb) => `${owner}.${verb}`)),
    noTimeout,
  ),
  ['ldap3.Tls', certNone],
  ...each(
    ['boto3.client', 'boto3.resource', 'boto3.Session().client', 'boto3.Session().resource'],
    off(['verify'], false),
  ),
  ...each(
    [
      ...AIOHTTP.flatMap((owner) => [...VERBS, 'ws_connect'].map((verb) => `${owner}.${verb}`)),
      'aiohttp.TCPConnector',
    ],
    off(['ssl', 'verify_ssl', 'ssl_context'], false),
  ),
  ...each(
    [
      'urllib3.PoolManager',
      'urllib3.ProxyManager',
      'urllib3.HTTPSConnectionPool',
      'urllib3.connection_from_url',
      'urllib3.util.ssl_.create_urllib3_context',
      'urllib3.util.create_urllib3_context',
      'redis.Redis',
      'redis.StrictRedis',
      'redis.from_url',
      'redis.asyncio.Redis',
    ],
    both(certNone, hostnameOff, tlsVersion),
  ),
  ...each(
    ['pymongo.MongoClient', 'motor.motor_asyncio.AsyncIOMotorClient'],
    off(['tlsAllowInvalidCertificates', 'tlsInsecure', 'ssl_cert_reqs', 'tlsAllowInvalidHostnames'], true),
  ),
  ...each(
    ['elasticsearch.Elasticsearch', 'opensearchpy.OpenSearch', 'elasticsearch.AsyncElasticsearch'],
    off(['verify_certs'], false),
  ),
  ...each(['docker.tls.TLSConfig', 'websocket.create_connection'], certNone),
  ['ssl._create_unverified_context', contextMade],
  [
    'urllib3.disable_warnings',
    always('py/tls-not-verified', 'Warnings about unverified connections are hidden.', {
      confidence: 'possible',
      severity: 'low',
    }),
  ],
  ...each(
    ['ssl.SSLContext', 'OpenSSL.SSL.Context', 'ssl._create_stdlib_context', 'ssl.get_server_certificate'],
    tlsVersion,
  ),
  ['ssl.wrap_socket', wrapSocket],
  ...each(
    [
      'ssl.SSLContext().set_ciphers',
      'ssl.create_default_context().set_ciphers',
      '*.set_ciphers',
      'OpenSSL.SSL.Context().set_cipher_list',
    ],
    suites,
  ),
  ...each(
    [
      'paramiko.SSHClient().set_missing_host_key_policy',
      'paramiko.client.SSHClient().set_missing_host_key_policy',
      '*.set_missing_host_key_policy',
    ],
    hostKey,
  ),
  ...each(['asyncssh.connect', 'asyncssh.create_connection', 'asyncssh.listen'], noKnownHosts),
  ...each(
    ['telnetlib.Telnet', 'telnetlib3.open_connection'],
    always('py/clear-text-protocol', IN_CLEAR, { confidence: 'likely' }),
  ),
  ['ftplib.FTP', clearFtp],
  ['smtplib.SMTP().login', plainLogin(/^starttls$/)],
  ['imaplib.IMAP4().login', plainLogin(/^starttls$/)],
  ['poplib.POP3().pass_', plainLogin(/^stls$/)],
  ...each(
    [
      'pysnmp.hlapi.CommunityData',
      'pysnmp.hlapi.asyncio.CommunityData',
      'pysnmp.hlapi.v3arch.asyncio.CommunityData',
      'pysnmp.entity.rfc3413.oneliner.cmdgen.CommunityData',
    ],
    snmp,
  ),
  ...each(['pysnmp.hlapi.UsmUserData', 'pysnmp.hlapi.asyncio.UsmUserData'], snmpUser),
  ...each(['ldap.set_option', 'ldap.initialize().set_option'], ldapOption),
  ['pycurl.Curl().setopt', curlOption],
  ...each(['urllib.request.urlopen', 'urllib.request.urlretrieve'], urlOpen),
];
