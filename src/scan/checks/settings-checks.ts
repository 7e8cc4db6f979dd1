import type { Frame } from '../flow/frame.ts';
import { type Constant, externalNames, onlyConstant, type Val } from '../flow/value.ts';
import type { Instr } from '../lower/ir.ts';
import { type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';
import { OLD_TLS, unverified } from './transport-checks.ts';
import { conditionsOf } from './words.ts';

interface Switch {
  readonly is: readonly Constant[];
  readonly rule: string;
  readonly why: string;
}

const COOKIE_CLEAR = 'The cookie goes over plain HTTP too.';
const UNVERIFIED = 'Certificates are not verified.';
const TOKENS_CLEAR = 'Tokens go over plain HTTP.';
/** Settings of Flask, Django and the environment that are a hole when they have these values. */
const SWITCHES: Record<string, Switch> = {
  DEBUG: {
    is: [true],
    rule: 'py/debug-enabled',
    why: 'Error pages show code and settings to every visitor.',
  },
  FLASK_DEBUG: { is: [true, 1, '1'], rule: 'py/debug-enabled', why: 'The debugger lets a visitor run code.' },
  SESSION_COOKIE_SECURE: { is: [false], rule: 'py/insecure-cookie', why: COOKIE_CLEAR },
  REMEMBER_COOKIE_SECURE: { is: [false], rule: 'py/insecure-cookie', why: COOKIE_CLEAR },
  JWT_COOKIE_SECURE: { is: [false], rule: 'py/insecure-cookie', why: COOKIE_CLEAR },
  CSRF_COOKIE_SECURE: { is: [false], rule: 'py/insecure-cookie', why: COOKIE_CLEAR },
  SESSION_COOKIE_HTTPONLY: {
    is: [false],
    rule: 'py/cookie-without-httponly',
    why: 'Scripts can read the session.',
  },
  REMEMBER_COOKIE_HTTPONLY: {
    is: [false],
    rule: 'py/cookie-without-httponly',
    why: 'Scripts can read the cookie.',
  },
  SESSION_COOKIE_SAMESITE: {
    is: [null, 'None'],
    rule: 'py/cookie-without-samesite',
    why: 'Other sites can send requests with the session.',
  },
  WTF_CSRF_ENABLED: { is: [false], rule: 'py/csrf-off', why: 'Forms take requests of any site.' },
  WTF_CSRF_CHECK_DEFAULT: { is: [false], rule: 'py/csrf-off', why: 'Forms take requests of any site.' },
  JWT_COOKIE_CSRF_PROTECT: {
    is: [false],
    rule: 'py/csrf-off',
    why: 'Any site can send requests with the token.',
  },
  PYTHONHTTPSVERIFY: { is: ['0'], rule: 'py/tls-not-verified', why: UNVERIFIED },
  GIT_SSL_NO_VERIFY: { is: ['1', 'true', 'True'], rule: 'py/tls-not-verified', why: UNVERIFIED },
  REQUESTS_CA_BUNDLE: { is: [''], rule: 'py/tls-not-verified', why: UNVERIFIED },
  CURL_CA_BUNDLE: { is: [''], rule: 'py/tls-not-verified', why: UNVERIFIED },
  OAUTHLIB_INSECURE_TRANSPORT: {
    is: ['1', 'true', 'True'],
    rule: 'py/clear-text-protocol',
    why: TOKENS_CLEAR,
  },
  AUTHLIB_INSECURE_TRANSPORT: {
    is: ['1', 'true', 'True'],
    rule: 'py/clear-text-protocol',
    why: TOKENS_CLEAR,
  },
  ANSIBLE_HOST_KEY_CHECKING: {
    is: [false, '0', 'False', 'false', 'no'],
    rule: 'py/ssh-host-key',
    why: 'Any host key is accepted.',
  },
  JWT_ACCESS_TOKEN_EXPIRES: { is: [false], rule: 'py/jwt-no-expiry', why: 'The token is good for ever.' },
};

/** What is wrong with the setting `name` when it is `value`. */
export const wrongSetting = (name: string, value: Constant | undefined): Omit<Switch, 'is'> | null => {
  const known = Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined;
  return known !== undefined && value !== undefined && known.is.includes(value) ? known : null;
};

const ASKED = /\b(debug\w*|dev|develop\w*|env|environ|environment|local|testing|tests?)\b/;

/** A setting of an app is set while it runs: `app.config[key] = value`. */
export const configured = (
  frame: Frame,
  key: Constant | undefined,
  value: Val,
  instr: Instr,
): Verdict | null => {
  const wrong = typeof key === 'string' ? wrongSetting(key, onlyConstant(value)) : null;
  if (wrong === null) return null;
  const asked = ASKED.test(conditionsOf(frame.fn, instr));
  return { rule: wrong.rule, why: wrong.why, confidence: asked ? 'possible' : 'confirmed' };
};

const NONE = /(^|\.)CERT_NONE$/;

/** An attribute of something outside the project is set. */
export const attributeSet = (frame: Frame, name: string, value: Val, instr: Instr): Verdict | null => {
  const known = onlyConstant(value);
  const one = value.refs.length + value.consts.length === 1;
  const told = (why: string): Verdict => {
    const verdict = unverified(why, conditionsOf(frame.fn, instr));
    return one ? verdict : { ...verdict, confidence: 'possible' };
  };
  if (/\.check_hostname$/.test(name) && known === false) return told('The host name is not checked.');
  if (/\.verify_mode$/.test(name) && externalNames(value).some((each) => NONE.test(each)))
    return told('No certificate is asked for.');
  if (/(^|\.)\w*[Ss]ession\w*\(\)\.verify$/.test(name) && known === false)
    return told('verify is off for the whole session.');
  if (/\.verify_ssl$/.test(name) && known === false) return told('Certificates are not verified.');
  if (
    /\._create_default_https_context$/.test(name) &&
    externalNames(value).some((each) => /unverified/.test(each))
  )
    return told('Every connection of the program is left unverified.');
  if (/CnOpts\(\)\.hostkeys$/.test(name) && known === null)
    return { rule: 'py/ssh-host-key', why: 'Any host key is accepted.', confidence: 'confirmed' };
  if (/\.(minimum_version|ssl_version)$/.test(name)) {
    const old = externalNames(value).some((each) => OLD_TLS.test(each));
    return old
      ? {
          rule: 'py/weak-tls',
          why: 'Versions that are broken are allowed.',
          confidence: one ? 'confirmed' : 'possible',
        }
      : null;
  }
  if (/^fabric\.((api|state)\.)?env\.disable_known_hosts$/.test(name) && known === true)
    return { rule: 'py/ssh-host-key', why: 'Any host key is accepted.', confidence: 'confirmed' };
  if (/(\.jinja_env|jinja2\.(Raw)?Environment\(\))\.autoescape$/.test(name) && known === false)
    return { rule: 'py/autoescape-off', why: 'Templates escape nothing.', confidence: 'confirmed' };
  if (/(Flask|Quart|FastAPI|Starlette)\(\)\.debug$/.test(name) && known === true)
    return {
      rule: 'py/debug-enabled',
      why: 'The debugger lets a visitor run code.',
      confidence: ASKED.test(conditionsOf(frame.fn, instr)) ? 'possible' : 'confirmed',
    };
  return null;
};

const environment: CallCheck = (call) => {
  const name = call.constant(0, 'key');
  const wrong = typeof name === 'string' ? wrongSetting(name, call.constant(1, 'value')) : null;
  return wrong === null ? null : { rule: wrong.rule, why: wrong.why, confidence: 'likely' };
};

export const SETTINGS_CHECKS: readonly [string, CallChecks][] = each(
  ['os.environ.setdefault', 'os.putenv', 'os.environ.__setitem__'],
  environment,
);
