import { argument } from '../flow/call.ts';
import type { CallListener, EngineOptions } from '../flow/engine.ts';
import { reach } from '../flow/sinks.ts';
import { externalNames, onlyConstant, UNKNOWN } from '../flow/value.ts';
import type { Collector } from '../report/collector.ts';
import type { TemplateIndex } from '../templates/index-templates.ts';
import { answered, madeAnswer, setBody, setContentType, setHeader } from './answers.ts';
import { Call, type CallCheck } from './call-check.ts';
import { CRYPTO_CHECKS } from './crypto-checks.ts';
import type { DjangoUrls } from './django-urls.ts';
import { isOfTests } from './literal-checks.ts';
import { hearParser, parsesRequests } from './request-parsers.ts';
import { RoutePrefixes } from './route-prefixes.ts';
import { RouteTables } from './route-tables.ts';
import { isSlowPattern } from './slow-pattern.ts';
import { SYSTEM_CHECKS } from './system-checks.ts';

const CHECKS = new Map<string, CallCheck[]>();
for (const [name, check] of [...CRYPTO_CHECKS, ...SYSTEM_CHECKS]) {
  const known = CHECKS.get(name);
  if (known === undefined) CHECKS.set(name, [check]);
  else known.push(check);
}

/** Settings whose value is a hole by itself, by the attribute or key that is set. */
const UNVERIFIED = /(^|\.)(CERT_NONE)$/;
const SESSIONS =
  /^(flask|quart|cherrypy)\.session$|Request\.session$|^aiohttp_session\.(get|new)_session\(\)$/;
const DJANGO_URLS = new Set(['django.urls.path', 'django.urls.re_path', 'django.urls.include']);

const MATCHERS = /^(re|regex)\.(match|search|fullmatch|findall|finditer|sub|subn|split)$/;

const slowPattern: CallListener = ({ frame, state, name, args }) => {
  const pattern = onlyConstant(args.positional[0] ?? args.keywords.get('pattern') ?? UNKNOWN);
  const subject = argument(args, /sub/.test(name) ? 2 : 1, 'string');
  if (typeof pattern !== 'string' || subject === null || frame.deepTaints(state, subject).length === 0)
    return;
  if (!isSlowPattern(pattern)) return;
  reach(frame, state, { rule: 'py/redos', kind: 'regex', context: 'regex' }, name, subject, args.instr);
};

/** Validators of forms and schemas hold whatever comes in against their pattern. */
const VALIDATORS =
  /^(marshmallow\.(validate\.)?Regexp|django\.core\.validators\.RegexValidator|wtforms\.validators\.Regexp|(wtforms\.)?validators\.Regexp)$/;

const validatorPattern = (collector: Collector, { frame, name, args }: Parameters<CallListener>[0]): void => {
  const pattern = onlyConstant(args.positional[0] ?? args.keywords.get('regex') ?? UNKNOWN);
  if (typeof pattern !== 'string' || !isSlowPattern(pattern)) return;
  collector.add({
    rule: 'py/redos',
    name,
    why: 'What comes in is held against a pattern that can take forever.',
    place: frame.place(args.instr),
    confidence: 'confirmed',
  });
};

/** What the checks without flow, and the sinks that are no calls, hear while the engine runs. */
export const listen = (
  collector: Collector,
  templates: TemplateIndex,
  urls: DjangoUrls,
  routes: RouteTables,
  prefixes: RoutePrefixes,
): Pick<EngineOptions, 'onCall' | 'onReturn' | 'onCaught' | 'onSet' | 'onSetItem'> => ({
  onCall: (parts) => {
    const { frame, args } = parts;
    madeAnswer(parts);
    templates.rendered(parts);
    if (DJANGO_URLS.has(parts.name)) urls.hear(new Call(parts));
    const mount = RouteTables.mounts(parts.name) ? routes.hear(new Call(parts)) : null;
    if (RoutePrefixes.hears(parts.name)) prefixes.hear(new Call(parts), mount);
    if (parsesRequests(parts.name)) hearParser(new Call(parts));
    if (frame.hot && MATCHERS.test(parts.name)) slowPattern(parts);
    if (VALIDATORS.test(parts.name)) validatorPattern(collector, parts);
    const checks = CHECKS.get(parts.name);
    if (checks === undefined) return;
    const call = new Call(parts);
    for (const check of checks) {
      const verdict = check(call);
      if (verdict !== null) {
        const tests = isOfTests(frame.fn.module) ? { confidence: 'possible' as const } : {};
        collector.add({
          ...verdict,
          ...tests,
          name: parts.name.replace(/^\*\./, ''),
          place: frame.place(args.instr),
          scope: frame.fn.start,
        });
      }
    }
  },
  onReturn: answered,
  onCaught: (frame, instr, type) => {
    if (instr.name !== 'swallowed') return;
    const broad =
      type === null || externalNames(type).some((name) => /^builtins\.(Base)?Exception$/.test(name));
    if (!broad) return;
    collector.add({
      rule: 'py/swallowed-exception',
      name: 'except',
      why: 'Whatever goes wrong there is never seen.',
      place: frame.place({ ...instr, end: Math.min(instr.end, instr.start + 60) }),
    });
  },
  onSet: (frame, state, name, value, instr) => {
    const confidence = isOfTests(frame.fn.module) ? ('possible' as const) : ('confirmed' as const);
    const place = frame.place(instr);
    const known = onlyConstant(value);
    if (/\.check_hostname$/.test(name) && known === false) {
      collector.add({
        rule: 'py/tls-not-verified',
        name,
        why: 'The host name is not checked.',
        place,
        confidence,
      });
    }
    if (/\.verify_mode$/.test(name) && externalNames(value).some((each) => UNVERIFIED.test(each))) {
      collector.add({
        rule: 'py/tls-not-verified',
        name,
        why: 'No certificate is asked for.',
        place,
        confidence,
      });
    }
    if (/Session\(\)\.verify$/.test(name) && known === false) {
      collector.add({
        rule: 'py/tls-not-verified',
        name,
        why: 'verify is off for the whole session.',
        place,
        confidence,
      });
    }
    if (/\._create_default_https_context$/.test(name)) {
      collector.add({
        rule: 'py/tls-not-verified',
        name,
        why: 'Every connection of the program is left unverified.',
        place,
        confidence,
      });
    }
    if (
      /\.minimum_version$/.test(name) &&
      externalNames(value).some((each) => /TLSVersion\.(SSLv3|TLSv1|TLSv1_1)$/.test(each))
    ) {
      collector.add({
        rule: 'py/weak-tls',
        name,
        why: 'Versions that are broken are allowed.',
        place,
        confidence,
      });
    }
    if (/Flask\(\)\.debug$/.test(name) && known === true) {
      collector.add({
        rule: 'py/debug-enabled',
        name,
        why: 'The debugger lets a visitor run code.',
        place,
        confidence,
      });
    }
    const dot = name.lastIndexOf('.');
    const [owner, attribute] = [name.slice(0, dot), name.slice(dot + 1)];
    if (/(^|\.)[\w]*[Rr]esponse(\(\))?$/.test(owner)) {
      setContentType(frame, state, owner, attribute, value, instr);
      if (attribute === 'location') setHeader(frame, state, name, attribute, value, instr);
      setBody(frame, state, name, value, instr);
    }
    if (/headers$/.test(owner)) setHeader(frame, state, name, '', value, instr);
  },
  onSetItem: (frame, state, name, key, value, instr) => {
    const place = frame.place(instr);
    const known = onlyConstant(key);
    const held = onlyConstant(value);
    if (/Flask\(\)\.config$/.test(name)) {
      if (known === 'DEBUG' && held === true) {
        collector.add({
          rule: 'py/debug-enabled',
          name,
          why: 'The debugger lets a visitor run code.',
          place,
          confidence: 'confirmed',
        });
      }
      if ((known === 'SESSION_COOKIE_SECURE' || known === 'SESSION_COOKIE_HTTPONLY') && held === false) {
        collector.add({
          rule: known === 'SESSION_COOKIE_SECURE' ? 'py/insecure-cookie' : 'py/cookie-without-httponly',
          name,
          why: `${known} is off.`,
          place,
          confidence: 'confirmed',
        });
      }
      if (known === 'WTF_CSRF_ENABLED' && held === false) {
        collector.add({
          rule: 'py/csrf-off',
          name,
          why: 'Forms take requests of any site.',
          place,
          confidence: 'confirmed',
        });
      }
    }
    if (!frame.hot) return;
    if (SESSIONS.test(name)) {
      const sink = { rule: 'py/trust-boundary', kind: 'session', context: 'trust' as const };
      reach(frame, state, sink, name, value, instr);
      reach(frame, state, sink, name, key, instr);
    }
    if (/headers$/.test(name) || /Response\(\)$/.test(name)) {
      setContentType(frame, state, name, known, value, instr);
      setHeader(frame, state, name, known, value, instr);
      if (/headers$/.test(name)) setHeader(frame, state, name, '', key, instr);
    }
  },
});
