import { segmentsOf, UNKNOWN } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { always, type Call, type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';

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

/** Whether the module calls one of these methods of something. */
const calls = (call: Call, names: RegExp): boolean =>
  [call.frame.fn.module.body, ...call.frame.fn.module.functions].some((fn) =>
    fn.blocks.some((block) => block.instrs.some(({ op, name }) => op === OP.method && names.test(name))),
  );

const CLEAR: Verdict = { rule: 'py/clear-text-protocol', why: IN_CLEAR, confidence: 'likely' };

const plainLogin =
  (upgrade: RegExp): CallCheck =>
  (call) =>
    calls(call, upgrade) ? null : CLEAR;

// Where somebody logs in, that is the place to tell of.
const plainConnection =
  (upgrade: RegExp, login: RegExp): CallCheck =>
  (call) =>
    calls(call, upgrade) || login.test(call.ahead()) || LOCAL.test(String(call.constant(0, 'host') ?? 'x'))
      ? null
      : { ...CLEAR, why: 'What is read and sent goes over the wire in clear.', confidence: 'possible' };

const BINDS = /^(simple_)?bind(_s)?$/;
const DIRECTORY = /^ldap:\/\/(?!localhost|127\.|\[::1\])/i;
// `ldap.initialize('ldap://…').simple_bind_s(name, password)`
const directory: CallCheck = (call) => {
  const [begin] = segmentsOf(call.arg(0, 'uri') ?? UNKNOWN) ?? [];
  return typeof begin === 'string' &&
    DIRECTORY.test(begin) &&
    calls(call, BINDS) &&
    !calls(call, /^start_tls(_s)?$/)
    ? { ...CLEAR, confidence: 'possible' }
    : null;
};

// `ldap3.Server(host)`, used with a name and a password.
const directoryServer: CallCheck = (call) => {
  const [begin] = segmentsOf(call.arg(0, 'host') ?? UNKNOWN) ?? [];
  const secured =
    (typeof begin === 'string' && /^ldaps:|^(ldap:\/\/)?(localhost|127\.)/i.test(begin)) ||
    (call.has(2, 'use_ssl') && !call.is(2, 'use_ssl', false)) ||
    call.has(-1, 'tls');
  return secured || calls(call, /^start_tls$/) ? null : { ...CLEAR, confidence: 'possible' };
};

const withoutTls: CallCheck = (call) => (call.is(-1, 'ssl', false) ? CLEAR : null);

const deviceType: CallCheck = (call) => {
  const kind = call.constant(-1, 'device_type');
  return typeof kind === 'string' && kind.endsWith('_telnet') ? CLEAR : null;
};

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

// `Session(hostname=…, version=2)`, `Session(version=3, security_level='auth_without_privacy')`
const snmpSession: CallCheck = (call) =>
  call.is(-1, 'version', 1, 2) ||
  call.is(-1, 'security_level', 'auth_without_privacy', 'no_auth_or_privacy', 'authNoPriv', 'noAuthNoPriv')
    ? { rule: 'py/snmp-insecure', why: 'Everything is sent in clear.', confidence: 'likely' }
    : null;

const PYSNMP = [
  'pysnmp.hlapi',
  'pysnmp.hlapi.asyncio',
  'pysnmp.hlapi.v1arch',
  'pysnmp.hlapi.v1arch.asyncio',
  'pysnmp.hlapi.v3arch',
  'pysnmp.hlapi.v3arch.asyncio',
  'pysnmp.entity.rfc3413.oneliner.cmdgen',
];

export const CLEAR_TEXT_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    ['telnetlib.Telnet', 'telnetlib3.open_connection', 'Exscript.protocols.Telnet', 'tftpy.TftpClient'],
    always('py/clear-text-protocol', IN_CLEAR, { confidence: 'likely' }),
  ),
  ['ftplib.FTP', clearFtp],
  ['smtplib.SMTP().login', plainLogin(/^starttls$/)],
  ['imaplib.IMAP4().login', plainLogin(/^starttls$/)],
  ['poplib.POP3().pass_', plainLogin(/^stls$/)],
  ['nntplib.NNTP().login', plainLogin(/^starttls$/)],
  ['imaplib.IMAP4', plainConnection(/^starttls$/, /\b(login|authenticate)\b/)],
  ['poplib.POP3', plainConnection(/^stls$/, /\b(pass|apop)\b/)],
  ['nntplib.NNTP', plainConnection(/^starttls$/, /\blogin\b/)],
  ['imapclient.IMAPClient', withoutTls],
  ['ldap.initialize', directory],
  ['ldap3.Server', directoryServer],
  ['netmiko.ConnectHandler', deviceType],
  ...each(
    PYSNMP.map((owner) => `${owner}.CommunityData`),
    snmp,
  ),
  ...each(
    PYSNMP.map((owner) => `${owner}.UsmUserData`),
    snmpUser,
  ),
  ...each(['easysnmp.Session', 'easysnmp.snmp_get', 'ezsnmp.Session'], snmpSession),
];
