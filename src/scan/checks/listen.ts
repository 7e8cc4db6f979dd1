import type { EngineOptions } from '../flow/engine-options.ts';
import type { Frame } from '../flow/frame.ts';
import { reach } from '../flow/sinks.ts';
import { externalNames, onlyConstant } from '../flow/value.ts';
import type { Instr } from '../lower/ir.ts';
import { byName } from '../models/by-name.ts';
import type { Collector } from '../report/collector.ts';
import type { TemplateIndex } from '../templates/index-templates.ts';
import { answered, madeAnswer, makesAnswer, setBody, setContentType, setHeader } from './answers.ts';
import { Call, type CallChecks, type Verdict } from './call-check.ts';
import { CIPHER_CHECKS } from './cipher-checks.ts';
import { CLEAR_TEXT_CHECKS } from './clear-text-checks.ts';
import type { DjangoUrls } from './django-urls.ts';
import { HASH_CHECKS } from './hash-checks.ts';
import { KEY_SIZE_CHECKS } from './key-size-checks.ts';
import { LOAD_CHECKS } from './load-checks.ts';
import { isOfTests } from './of-tests.ts';
import { matchesPattern, PATTERN_CHECKS, slowPattern } from './pattern-checks.ts';
import { RANDOM_CHECKS } from './random-checks.ts';
import { cookieHeader } from './raw-cookies.ts';
import { REQUEST_CHECKS } from './request-checks.ts';
import { hearParser, parsesRequests } from './request-parsers.ts';
import { RoutePrefixes } from './route-prefixes.ts';
import { RouteTables } from './route-tables.ts';
import { attributeSet, configured, SETTINGS_CHECKS } from './settings-checks.ts';
import { SHELL_CHECKS } from './shell-checks.ts';
import { SQL_CHECKS } from './sql-checks.ts';
import { SYSTEM_CHECKS } from './system-checks.ts';
import { TEMPLATE_CHECKS } from './template-checks.ts';
import { TOKEN_CHECKS } from './token-checks.ts';
import { TRANSPORT_CHECKS } from './transport-checks.ts';
import { WEB_CHECKS } from './web-checks.ts';
import { XML_CHECKS } from './xml-checks.ts';

const CHECKS = new Map<string, CallChecks[]>();
for (const [name, check] of [
  ...HASH_CHECKS,
  ...CIPHER_CHECKS,
  ...KEY_SIZE_CHECKS,
  ...TOKEN_CHECKS,
  ...RANDOM_CHECKS,
  ...SHELL_CHECKS,
  ...LOAD_CHECKS,
  ...SQL_CHECKS,
  ...SYSTEM_CHECKS,
  ...TRANSPORT_CHECKS,
  ...CLEAR_TEXT_CHECKS,
  ...REQUEST_CHECKS,
  ...WEB_CHECKS,
  ...TEMPLATE_CHECKS,
  ...XML_CHECKS,
  ...SETTINGS_CHECKS,
  ...PATTERN_CHECKS,
]) {
  const known = CHECKS.get(name);
  if (known === undefined) CHECKS.set(name, [check]);
  else known.push(check);
}

const SESSIONS =
  /^(flask|quart|cherrypy)\.session$|Request\.session$|^aiohttp_session\.(get|new)_session\(\)$/;
const DJANGO_URLS = new Set(['django.urls.path', 'django.urls.re_path', 'django.urls.include']);

/** Who wants to hear of a call of `name`. */
const hearersOf = byName((name) => {
  const exact = CHECKS.get(name);
  // A method of something that no check knows is known by its own name alone.
  const as = exact === undefined ? `*.${name.slice(name.lastIndexOf('.') + 1)}` : name;
  return {
    django: DJANGO_URLS.has(name),
    mounts: RouteTables.mounts(name),
    prefixes: RoutePrefixes.hears(name),
    parses: parsesRequests(name),
    answers: makesAnswer(name),
    matches: matchesPattern(name),
    as,
    checks: exact ?? CHECKS.get(as),
  };
});

const tell = (collector: Collector, frame: Frame, instr: Instr, name: string, verdict: Verdict): void =>
  collector.add({
    ...verdict,
    ...(isOfTests(frame.fn.module) ? { confidence: 'possible' as const } : {}),
    name,
    place: frame.place(instr),
  });

const HEADER_NAME = { rule: 'py/header-injection', kind: 'header', context: 'header' as const };

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
    const heard = hearersOf(parts.name);
    if (heard.answers) madeAnswer(parts);
    templates.rendered(parts);
    if (heard.django) urls.hear(new Call(parts));
    const mount = heard.mounts ? routes.hear(new Call(parts)) : null;
    if (heard.prefixes) prefixes.hear(new Call(parts), mount);
    if (heard.parses) hearParser(new Call(parts));
    if (heard.matches && frame.hot) slowPattern(parts);
    const { as, checks } = heard;
    if (checks === undefined) return;
    const call = new Call({ ...parts, name: as });
    for (const check of checks) {
      for (const verdict of [check(call) ?? []].flat())
        tell(collector, frame, args.instr, parts.name.replace(/^\*\./, ''), verdict);
    }
    if (call.wasSettled && frame.mount === null) collector.settle(frame.place(args.instr));
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
    const verdict = attributeSet(frame, name, value, instr);
    if (verdict !== null) tell(collector, frame, instr, name, verdict);
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
    const known = onlyConstant(key);
    const verdict = /(Flask|Quart)\(\)\.config$|^os\.environ$/.test(name)
      ? configured(frame, known, value, instr)
      : null;
    if (verdict !== null) tell(collector, frame, instr, name, verdict);
    const cookie = /headers$|Response\(\)$/.test(name) ? cookieHeader(known, value) : null;
    if (cookie !== null) tell(collector, frame, instr, name, cookie);
    if (!frame.hot) return;
    templates.contextSet(frame, state, name, key, value, instr);
    if (SESSIONS.test(name)) {
      const sink = { rule: 'py/trust-boundary', kind: 'session', context: 'trust' as const };
      reach(frame, state, sink, name, value, instr);
      reach(frame, state, sink, name, key, instr);
    }
    if (/headers$/.test(name) || /Response\(\)$/.test(name)) {
      setContentType(frame, state, name, known, value, instr);
      setHeader(frame, state, name, known, value, instr);
      if (/headers$/.test(name)) reach(frame, state, HEADER_NAME, name, key, instr);
    }
  },
});
