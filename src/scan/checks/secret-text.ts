import type { Confidence } from '../../core/index.ts';
import { byName } from '../models/by-name.ts';
import { spelled } from './words.ts';

const SECRET =
  /(^| )(\w*pass ?words?|\w*passwd|pwd|pass ?phrase|pass|secrets?|(secret|private|encryption|signing|api|auth|aes|hmac|jwt|master|account|app|access|session|cookie|server|service|client|webhook|crypto|fernet) ?key|(auth|access|refresh|secret|bearer|api|bot|client|jwt|webhook|github|slack)? ?tokens?|secret access key|(client|cookie|jwt|webhook|app|consumer|shared) secrets?|secret key base)$/;

/** All that says secret has one of these in it: most names have none, and need not be taken apart. */
const TELLING = /pass|pwd|pw|secret|key|token/i;

/** Whether `name` says that a secret is kept under it. */
export const namesSecret = (name: string): boolean => name.length <= 80 && tellsSecret(name);

const tellsSecret = byName((name) => TELLING.test(name) && SECRET.test(spelled(name)));

export const namesPassword = (name: string): boolean =>
  TELLING.test(name) &&
  /(^| )(\w*pass ?words?|\w*passwd|pwd|pw|pass ?phrase|pass|pass ?code|secret|token)$/.test(spelled(name));

/** Whether what `name` keeps is a key or token, and not a password. */
export const namesKey = (name: string): boolean =>
  /secret|key|token/i.test(name) && !/passw|pwd|pass ?phrase/i.test(name);

const EMPTY =
  /^(|x+|\*+|\.+|-+|_+|\s*|n\/?a|none|null|nil|undefined|true|false|todo|tbd|default|auto|unset)$/i;
const TEMPLATE =
  /^(<.{0,200}>|\$?\{.{0,200}\}|\{\{.{0,200}|%\(?.{0,60}|\$\(?\w{1,60}\)?|\[.{0,60}\]|:?\*{2,})$/;
const STAND_IN =
  /(^|[^a-z])(your|my|the|some|insert|enter|replace|redacted|placeholder|change ?me|change ?it|change ?this|changethis|examples?|sample|dummy|fake|mock|unused|ignored|unknown|unavailable|missing|invalid|wrong|required|optional|hidden|masked|removed|censored|not ?(set|used|needed|required|a ?secret|available|configured)|no ?(key|auth|password|token)|lorem|test|testing|tests?[ _-]?(key|token|secret|password)|foo|bar|foobar|baz|todo|xxx+|empty|anonymous|guest|none)([^a-z]|$)/i;
const SETTING = /^[a-z]\w{0,60}(\.\w{1,60}){1,6}$/i;
const PATTERN = /\\[dwsDWSb]|\[\^?\w-\w|^\^|\$$|\(\?|\.\*|%[sd(]/;
const FILE = /\.(pem|key|crt|cer|txt|json|ya?ml|ini|cfg|toml|env|p12|pfx|jks|html?|py|js|css|svg|png)$/i;
const HASHED =
  /^(\$(1|2[abxy]?|5|6|argon2\w*|y|scrypt)\$|pbkdf2[:_]|scrypt:|bcrypt|argon2|\{(SSHA|SHA|CRYPT)\})/i;
const MAIL = /^[\w.+-]+@([\w-]+(\.[\w-]+)*\.[a-z]{2,})?\.?$/i;
const APP_KEY =
  /^((flask|django|app) )?secret key$|^(cookie|session) secret$|(^| )jwt secret( key)?$|(^| )signing (key|secret)$/;
const GENERIC = /^(pass|passw|password|passwd|pwd|secret|token|key|apikey|api_key|access_token|passphrase)$/i;

/** Whether the text looks drawn by chance: letters and digits without a word's shape. */
const isRandom = (value: string): boolean =>
  value.length >= 12 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[a-z]+[-_]?\d{1,4}$/i.test(value);

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');

/** How a name comes to its value. */
export type Way = 'assigned' | 'constant' | 'entry' | 'keyword' | 'default';

/** How sure it is that `value`, kept under a name that says secret, is one; null when it is none. */
export const judgeSecret = (name: string, value: string, way: Way): Confidence | null => {
  if (value.length < 3 || value.length > 500 || EMPTY.test(value) || TEMPLATE.test(value)) return null;
  const random = isRandom(value);
  const words = spelled(name);
  // Sentences are messages, but a sentence can be the key of sessions.
  if (/\s/.test(value.trim())) return /(^| )secret key$/.test(words) && value.length < 80 ? 'likely' : null;
  if (/^\d+\.\d+$/.test(value) || /^__\w+__$/.test(value)) return null;
  if (/tokens?$/.test(words) && !random) return null;
  if (
    /(^| )keys?$/.test(words) &&
    !/secret|private|encr|sign|aes|hmac|jwt|crypto|fernet|master/.test(words) &&
    !random &&
    !/\d/.test(value)
  )
    return GENERIC.test(value) || STAND_IN.test(value) ? null : 'possible';
  if (/^(https?:|\/|\.|~)/.test(value) || FILE.test(value)) return null;
  if (!random && (SETTING.test(value) || PATTERN.test(value) || MAIL.test(value))) return null;
  if (PATTERN.test(value) && /\\|\(\?|\[\^?\w-/.test(value) && !/key$/.test(words)) return null;
  if (/[{}()<>]/.test(value) && !(random && value.length >= 24)) return null;
  if (/^[A-Z][A-Z_]{8,}$/.test(value)) return null;
  // What sessions and tokens are signed with is in use, however it reads.
  if (way !== 'keyword' && APP_KEY.test(words) && letters(value) !== letters(name)) return 'likely';
  // The value only names the thing again: a field of a form, a key, a kind of event.
  if (GENERIC.test(value)) {
    if (way === 'keyword' || way === 'assigned') return 'likely';
    return letters(value) === letters(name) && way === 'constant' ? null : 'possible';
  }
  const [plain, bare] = [letters(value), letters(name)];
  if (plain !== '' && (bare.includes(plain) || plain.includes(bare)))
    return /\d/.test(value) && value.length >= 8 ? 'likely' : null;
  if (/redacted|masked|censored|placeholder|(^|[^a-z])(your|removed|hidden)([^a-z]|$)/i.test(value))
    return null;
  if (STAND_IN.test(value))
    return random && value.length >= 20 && !/example|dummy|fake|redact|xxx/i.test(value)
      ? 'likely'
      : 'possible';
  if (/^[a-z]+([_-][a-z]+)+$/.test(value) && namesSecret(value)) return way === 'keyword' ? 'possible' : null;
  if (HASHED.test(value)) return 'possible';
  return 'likely';
};

const FORMS: readonly [RegExp, string][] = [
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, 'an access key of AWS'],
  [/\b(ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}/, 'a token of GitHub'],
  [/\bglpat-[\w-]{20}\b/, 'a token of GitLab'],
  [/\bxox[abprs]-\d{6,}-[\w-]{10,}/, 'a token of Slack'],
  [/https:\/\/hooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{16,}/, 'a webhook of Slack'],
  [/\b(sk|rk)_live_[0-9a-zA-Z]{16,}/, 'a key of Stripe'],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, 'a key of Google'],
  [/\bSG\.[\w-]{20,24}\.[\w-]{40,46}\b/, 'a key of SendGrid'],
  [/\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[\w-]{50,}/, 'a token of a package registry'],
  [/\bsk-(proj-|ant-\w{1,8}-)?[A-Za-z0-9_-]{32,}\b/, 'a key of a language model'],
  [/\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}/, 'a key of Azure storage'],
  [/-----BEGIN (RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----\s+[\w+/=:,\s-]{80,}/, 'a private key'],
];

/** What a text is by its form alone, or null. */
export const secretByForm = (text: string): string | null => {
  if (text.length < 16 || text.length > 8192) return null;
  for (const [form, says] of FORMS) {
    const found = form.exec(text);
    if (found !== null) return /example|dummy|fake|x{6}|0{8}|1234567890123/i.test(found[0]) ? null : says;
  }
  return null;
};

const ADDRESS =
  /^[a-z][a-z0-9+.-]{1,30}:\/\/([^\s:@/]{0,80}):([^\s@/]{1,200})@([\w.-]{1,200}|\[[\da-f:]+\])(:\d+)?([/?]|$)/i;

const PAIRS = /(?:^|[\s;])(?:password|passwd|pwd)=([^\s;'"]{4,100})/i;
const BESIDE = /(?:^|[\s;])(?:host|server|user|uid|user id|dbname|database|driver|data source)=/i;
/** `dbname=shop user=app password=k3yw0rd`, `DRIVER=…;UID=sa;PWD=k3yw0rd`. */
const inPairs = (text: string): Confidence | null => {
  const [, password = ''] = (BESIDE.test(text) ? PAIRS.exec(text) : null) ?? [];
  if (password === '' || EMPTY.test(password) || TEMPLATE.test(password) || /[{}<>%$?]/.test(password))
    return null;
  return GENERIC.test(password) || STAND_IN.test(password) ? 'possible' : 'likely';
};

/** How sure it is that an address holds a password, as in `postgresql://app:k3yw0rd@db/shop`. */
export const passwordInAddress = (text: string): Confidence | null => {
  if (text.length > 500) return null;
  const [, user = '', password = '', host = ''] = ADDRESS.exec(text) ?? [];
  if (password === '') return inPairs(text);
  if (password === '' || EMPTY.test(password) || TEMPLATE.test(password) || /[{}<>%$]/.test(password))
    return null;
  if (GENERIC.test(password) || password === user || STAND_IN.test(password) || password.length < 4)
    return 'possible';
  return /(^|\.)example(\.(com|org|net))?$/i.test(host) && !isRandom(password) ? 'possible' : 'likely';
};

/** What `text` sends along as `Authorization`. */
export const isCredential = (text: string): boolean =>
  /^(Bearer [\w.~+/-]{20,}=*|Basic [A-Za-z0-9+/]{8,}={0,2}|Token [\w.-]{20,})$/.test(text) &&
  /\d/.test(text) &&
  !STAND_IN.test(text);
