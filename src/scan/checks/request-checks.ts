import { onlyConstant, type Segment, segmentsOf, UNKNOWN } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { type Call, type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';
import { definitionOf } from './words.ts';

const ENDLESS: Verdict = { rule: 'py/no-timeout', why: 'The other side can hold this call for ever.' };

/** `timeout=None` takes away what the library would do. */
const endless: CallCheck = (call) => {
  const given = call.args.keywords.get('timeout');
  return given !== undefined && onlyConstant(given) === null ? ENDLESS : null;
};

/** Without a timeout these wait for ever, unless the module sets one for all sockets. */
const patient =
  (at: number): CallCheck =>
  (call) =>
    call.has(at, 'timeout') ? endless(call) : setsDefault(call) ? null : ENDLESS;

const setsDefault = (call: Call): boolean =>
  [call.frame.fn.module.body, ...call.frame.fn.module.functions].some((fn) =>
    fn.blocks.some(({ instrs }) =>
      instrs.some(({ op, name }) => op === OP.method && name === 'setdefaulttimeout'),
    ),
  );

/** What the address begins with: that of a request is that of what it was made of. */
const beginOf = (call: Call): Segment | null => {
  const url = call.args.positional[0] ?? call.args.keywords.get('url') ?? UNKNOWN;
  const [begin] = segmentsOf(url) ?? [];
  if (begin !== undefined) return begin;
  const made = definitionOf(call.frame.fn, call.args.instr.args[0] ?? -1);
  const isRequest = url.refs.some((ref) => ref.k === 'ext' && /\.Request\(\)$/.test(ref.name));
  const given = isRequest ? call.state.regs[made?.args[0] ?? -1] : undefined;
  return given === undefined ? null : (segmentsOf(given)?.[0] ?? null);
};

const urlOpen: CallCheck = (call) => {
  const begin = beginOf(call);
  return typeof begin === 'string' && /^https?:/i.test(begin)
    ? null
    : { rule: 'py/url-open', why: 'The scheme is not checked: file: is opened too.' };
};

const VERBS = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request', 'send'];

const OPENERS = [
  'urllib.request.urlopen',
  'urllib.request.urlretrieve',
  'urllib.request.build_opener().open',
  'urllib.request.OpenerDirector().open',
  'urllib.request.URLopener().open',
  'urllib.request.URLopener().retrieve',
  'urllib.request.FancyURLopener().open',
  'urllib.request.FancyURLopener().retrieve',
  'urllib.urlopen',
  'urllib.urlretrieve',
  'urllib2.urlopen',
  'urllib2.build_opener().open',
];

/** Where the timeout is given to what waits for ever without one. */
const PATIENT: readonly [string, number][] = [
  ...['requests', 'requests.Session()'].flatMap((owner) =>
    VERBS.map((verb): [string, number] => [`${owner}.${verb}`, -1]),
  ),
  ['urllib.request.urlopen', 2],
  ['urllib2.urlopen', 2],
  ['urllib.request.build_opener().open', 2],
  ['http.client.HTTPConnection', 2],
  ['http.client.HTTPSConnection', -1],
  ['httplib2.Http', 1],
  ['smtplib.SMTP', 3],
  ['smtplib.SMTP_SSL', -1],
  ['ftplib.FTP', 4],
  ['ftplib.FTP_TLS', -1],
  ['poplib.POP3', 2],
  ['poplib.POP3_SSL', -1],
  ['imaplib.IMAP4', 2],
  ['imaplib.IMAP4_SSL', -1],
  ['telnetlib.Telnet', 2],
  ['socket.create_connection', 1],
];

export const REQUEST_CHECKS: readonly [string, CallChecks][] = [
  ...PATIENT.map(([name, at]): [string, CallChecks] => [name, patient(at)]),
  ...each(
    ['httpx', 'httpx.Client()', 'httpx.AsyncClient()'].flatMap((owner) =>
      [...VERBS, 'stream'].map((verb) => `${owner}.${verb}`),
    ),
    endless,
  ),
  ...each(['httpx.Client', 'httpx.AsyncClient', 'aiohttp.ClientSession', 'urllib3.PoolManager'], endless),
  ...each(OPENERS, urlOpen),
];
