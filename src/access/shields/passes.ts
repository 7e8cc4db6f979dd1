import { isAllowedHost } from './checks/hosts.ts';
import { staysInside } from './checks/inside-path.ts';
import { isPlainPickle } from './checks/plain-pickle.ts';
import { hasNoTag } from './checks/plain-yaml.ts';
import { staysQuoted } from './checks/quoted-text.ts';
import { formsOf } from './forms-of.ts';
import type { ShieldCheck } from './shield.ts';

const LONGEST = 65_536;
const CONTROL = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;
const WORD = /^[\p{L}\p{N}_.,:@+/-]+$/u;

// A browser resolves what the Location header says: so does this, with the rules of the WHATWG URL standard.
const isSameOrigin = (value: string, after: string, origin: string): boolean => {
  const location = after + value;
  if (CONTROL.test(location) || location.includes('\\') || location !== location.trim()) return false;
  try {
    return new URL(location, origin).origin === origin && !/^[a-z][a-z0-9+.-]*:(?!\/\/)/i.test(location);
  } catch {
    return false;
  }
};

const NO_MARKUP = {
  text: (text: string) => !/<(?:[A-Za-z/!?]|$)/.test(text),
  attribute: (text: string) => /^[^<>"'`=&\s]*$/.test(text) && !/^[a-z]+:/i.test(text),
  script: (text: string) => /^[\p{L}\p{N}_ .,-]*$/u.test(text),
};

const isGood = (check: ShieldCheck, text: string, origin: string): boolean => {
  switch (check.kind) {
    case 'number':
      return /^[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?$/.test(text);
    case 'arithmetic':
      return /^[0-9 .+*/()-]{0,200}$/.test(text) && !/\*\s*\*/.test(text);
    case 'quoted-text':
      return staysQuoted(text);
    case 'name':
      return /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(text);
    case 'inside-path':
      return staysInside(text);
    case 'shell-word':
      return WORD.test(text) && !/^[-/]/.test(text) && staysInside(text.replaceAll(':', '_'));
    case 'no-markup':
      return !text.includes('\0') && NO_MARKUP[check.position](text);
    case 'same-origin':
      return isSameOrigin(text, check.after, origin);
    case 'hosts':
      return isAllowedHost(text, check.hosts, check.whole);
    case 'plain-pickle':
      return isPlainPickle(text);
    case 'plain-yaml':
      return hasNoTag(text);
    case 'nothing':
      return text === '';
    case 'one-line':
      return !CONTROL.test(text);
    case 'plain-words':
      return /^[\p{L}\p{N}_ .,@-]*$/u.test(text);
    case 'scalar':
      return true;
  }
};

/** Whether a value meets the check in every spelling that an app may make of it. `origin`: the app's own, for redirects. */
export const passesCheck = (check: ShieldCheck, value: string, origin: string): boolean => {
  if (value.length > LONGEST) return false;
  if (check.kind === 'plain-pickle' || check.kind === 'plain-yaml' || check.kind === 'scalar')
    return isGood(check, value, origin);
  return formsOf(value).every((form) => isGood(check, form, origin));
};
