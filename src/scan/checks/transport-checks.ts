import { externalNames, onlyConstant, segmentsOf, type Val } from '../flow/value.ts';
import {
  always,
  both,
  type Call,
  type CallCheck,
  type CallChecks,
  each,
  type Verdict,
} from './call-check.ts';
import { spelled } from './words.ts';

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

const noVerify = off(['verify'], false);

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

const notStrict: CallCheck = (call) =>
  call.is(-1, 'ssh_strict', false) && call.args.keywords.has('ssh_strict')
    ? { rule: 'py/ssh-host-key', why: 'ssh_strict=False: any host key is accepted.', confidence: 'confirmed' }
    : null;

// `Transport(address).connect(username=…)`: the key of the host is held against `hostkey` alone.
const bareTransport: CallCheck = (call) =>
  call.has(0, 'hostkey') || /\bget remote server key\b/.test(methodsOf(call))
    ? null
    : { rule: 'py/ssh-host-key', why: 'No host key is asked for.', confidence: 'possible' };

const methodsOf = (call: Call): string =>
  call.frame.fn.blocks.flatMap(({ instrs }) => instrs.map(({ name }) => spelled(name))).join(' | ');

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
  for (const value of call.args.positional) gather(value, 0);
  const named = call.args.keywords.get('args');
  if (named !== undefined) gather(named, 0);
  return texts.some((text) => NO_STRICT.test(text) && !/accept-new/i.test(text))
    ? { rule: 'py/ssh-host-key', why: 'StrictHostKeyChecking is off.', confidence: 'likely' }
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

const contextMade: CallCheck = (call) => unverified('The context verifies nothing.', call.conditions());

const VERBS = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request'];
const HTTP = ['requests.Session()', 'httpx.Client()', 'httpx.AsyncClient()', 'requests', 'httpx'];
const AIOHTTP = ['aiohttp.ClientSession()', 'aiohttp'];

export const TRANSPORT_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    HTTP.flatMap((owner) => [...VERBS, 'stream', 'send'].map((verb) => `${owner}.${verb}`)),
    noVerify,
  ),
  ...each(
    VERBS.map((verb) => `*.${verb}`),
    likelyHttp,
  ),
  ...each(['httpx.Client', 'httpx.AsyncClient', 'hvac.Client'], off(['verify'], false)),
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
  ...each(['paramiko.SSHClient().set_missing_host_key_policy', '*.set_missing_host_key_policy'], hostKey),
  ['netmiko.ConnectHandler', notStrict],
  ['paramiko.Transport().connect', bareTransport],
  ...each(['asyncssh.connect', 'asyncssh.create_connection', 'asyncssh.listen'], noKnownHosts),
  ...each(['ldap.set_option', 'ldap.initialize().set_option'], ldapOption),
  ['pycurl.Curl().setopt', curlOption],
];
