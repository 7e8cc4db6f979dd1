import { type Finding, newId } from '../../core/index.ts';
import type { Shield, ShieldCheck } from './shield.ts';

export interface ProposeOptions {
  app: string;
  /** Hosts that the app may fetch, `host` or `host:port`; none: any public name. */
  hosts: readonly string[];
}

export type Proposal = { shield: Shield } | { refused: string };

interface Choice {
  check: ShieldCheck;
  why: string;
}

const sql = (finding: Finding): Choice => {
  switch (finding.sink.position) {
    case 'quoted':
      return {
        check: { kind: 'quoted-text' },
        why: 'The code puts it between quotes of an SQL statement, so it must not end them.',
      };
    case 'identifier':
      return {
        check: { kind: 'name' },
        why: 'The code uses it as a name in an SQL statement, so it must be one name.',
      };
    case 'expression':
      return {
        check: { kind: 'number' },
        why: 'The code puts it bare into an SQL statement, where only a number cannot change it.',
      };
    default:
      return {
        check: { kind: 'plain-words' },
        why: 'Where it stands in the SQL statement is not known, so it must be plain words.',
      };
  }
};

const html = (finding: Finding): Choice => {
  const position = finding.sink.position;
  if (position === 'attribute' || position === 'script')
    return {
      check: { kind: 'no-markup', position },
      why: `The code puts it into the page's ${position === 'script' ? 'script' : 'attributes'} as it is, so it must have nothing that ends them.`,
    };
  return {
    check: { kind: 'no-markup', position: 'text' },
    why: 'The code puts it into the page as it is, so it must not begin an element.',
  };
};

const url = (finding: Finding, hosts: readonly string[]): Choice => {
  const list = hosts.map((host) => host.toLowerCase());
  return {
    check: { kind: 'hosts', hosts: list, whole: finding.sink.position !== 'host' },
    why:
      list.length === 0
        ? 'The server fetches it, so its host must be a public name; name the hosts to be stricter.'
        : `The server fetches it, so its host must be ${list.join(' or ')}.`,
  };
};

const deserialize = (finding: Finding): Choice => {
  const { name } = finding.sink;
  if (/yaml/i.test(name))
    return { check: { kind: 'plain-yaml' }, why: 'Its tags can make objects, so it must have none.' };
  if (/(^|\.)_?c?pickle\./i.test(name) || /(^|\.)(dill|cloudpickle)\./.test(name))
    return {
      check: { kind: 'plain-pickle' },
      why: 'Reading it can run code, so it may only make numbers, texts, lists and maps.',
    };
  return { check: { kind: 'nothing' }, why: `${name} can run what it reads, so nothing may be sent to it.` };
};

const LINE: Choice = {
  check: { kind: 'one-line' },
  why: 'A line break in it would begin something new, so it must be one line.',
};
const WORDS: Choice = {
  check: { kind: 'plain-words' },
  why: 'Signs in it would be read as instructions, so it must be plain words.',
};

const choose = (finding: Finding, hosts: readonly string[]): Choice | undefined => {
  switch (finding.sink.kind) {
    case 'sql':
      return sql(finding);
    case 'html':
      return html(finding);
    case 'url':
      return url(finding, hosts);
    case 'deserialize':
      return deserialize(finding);
    case 'path':
      return {
        check: { kind: 'inside-path' },
        why: 'The code joins it to a folder, so it must stay inside.',
      };
    case 'shell':
      return {
        check: { kind: 'shell-word' },
        why: 'A shell reads it, so it must be one word without meaning for a shell, and no option.',
      };
    case 'redirect':
      return {
        check: { kind: 'same-origin', after: finding.sink.position === 'path' ? '/' : '' },
        why: 'The visitor is sent there, so it must lead to this app.',
      };
    case 'code':
      return {
        check: { kind: 'arithmetic' },
        why: 'The code evaluates it, so it may only be numbers and the four operations.',
      };
    case 'nosql':
      return { check: { kind: 'scalar' }, why: 'It becomes part of a query, so it must be a plain value.' };
    case 'header':
    case 'log':
    case 'cookie':
    case 'email':
      return LINE;
    case 'template':
    case 'xpath':
    case 'ldap':
    case 'regex':
      return WORDS;
    default:
      return undefined;
  }
};

const KEY = /^(?:\[\s*["']([^"'\\]{1,200})["']\s*\]|\.get\(\s*["']([^"'\\]{1,200})["'][^()]{0,100}\))/;

/** The keys that the code goes down in a JSON body, beginning with the parameter's own: `asked["filter"]["state"]`. */
const keysInCode = (finding: Finding, name: string): string[] => {
  const begin = [`["${name}"]`, `['${name}']`, `.get("${name}"`, `.get('${name}'`];
  for (const { code } of finding.path) {
    const at = begin.map((text) => code.indexOf(text)).find((index) => index >= 0);
    if (at === undefined) continue;
    const keys: string[] = [];
    let rest = code.slice(at);
    for (let match = KEY.exec(rest); match !== null && keys.length < 16; match = KEY.exec(rest)) {
      keys.push(match[1] ?? match[2] ?? '');
      rest = rest.slice(match[0].length);
    }
    if (keys.length > 0) return keys;
  }
  return [name];
};

const refused = (why: string): Proposal => ({ refused: why });

/**
 * The narrow rule that stands in front of a finding, or why there is none. The check is the tightest that the sink and
 * the code's own use of the value allow.
 */
export const proposeShield = (finding: Finding, { app, hosts }: ProposeOptions): Proposal => {
  const { source } = finding;
  if (source === undefined) return refused('it is not about what a request brings');
  if (source.route === null) return refused('the scan does not know its route');
  if (source.parameter.in === 'message')
    return refused('it comes in by a WebSocket, which the gate does not read');
  const choice = choose(finding, hosts);
  if (choice === undefined) return refused(`there is no check for what reaches ${finding.sink.kind}`);
  const { name } = source.parameter;
  const path = source.parameter.in !== 'body' || name === null ? [] : keysInCode(finding, name);
  return {
    shield: {
      version: 1,
      id: newId('shd'),
      finding: finding.fingerprint,
      app,
      framework: source.framework,
      route: source.route,
      methods: [...source.methods],
      parameter: { in: source.parameter.in, name, path },
      sink: finding.sink.kind,
      check: choice.check,
      why: choice.why,
    },
  };
};
