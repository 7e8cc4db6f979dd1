import type { Condition, SinkModel } from '../models/schema.ts';
import { argument, type CallArgs, everyArgument } from './call.ts';
import { commandOf } from './command-lines.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { CONTEXTS, type Taint } from './taint.ts';
import { allConstants, externalNames, namesAndBases, type Segment, segmentsOf, type Val } from './value.ts';

export const argumentOf = (args: CallArgs, spec: number | string | [number, string]): Val | null =>
  typeof spec === 'number'
    ? argument(args, spec)
    : typeof spec === 'string'
      ? (args.keywords.get(spec) ?? args.stars)
      : argument(args, spec[0], spec[1]);

const patterns = new Map<string, RegExp>();
const fits = (like: string, value: unknown): boolean => {
  const pattern = patterns.get(like) ?? new RegExp(like, 'i');
  patterns.set(like, pattern);
  return typeof value === 'string' && pattern.test(value);
};

/** Whether the arguments are as `condition` wants them; what is not known counts as wanted. */
export const holds = (condition: Condition, args: CallArgs): boolean => {
  const given = argumentOf(args, condition.arg);
  if (given === null) return condition.absent ?? condition.not !== undefined;
  const known = allConstants(given);
  if (condition.names !== undefined && !namesAndBases(given).some((name) => condition.names?.includes(name)))
    return false;
  if (
    condition.notNames !== undefined &&
    namesAndBases(given).some((name) => condition.notNames?.includes(name))
  )
    return false;
  if (known === null) {
    const pieces = condition.like === undefined ? null : segmentsOf(given);
    if (pieces !== null)
      return fits(condition.like ?? '', pieces.filter((piece) => typeof piece === 'string').join(''));
    return (
      (condition.is === undefined && condition.like === undefined) || (given.open && condition.sure !== true)
    );
  }
  if (condition.like !== undefined && !known.some((value) => fits(condition.like ?? '', value))) return false;
  if (condition.is !== undefined && !known.some((value) => condition.is?.includes(value))) return false;
  return condition.not === undefined || known.some((value) => !condition.not?.includes(value));
};

/** Reports what flows into a sink in this call. */
export const checkSinks = (
  frame: Frame,
  state: State,
  name: string,
  receiver: Val | null,
  args: CallArgs,
): void => {
  const { registry } = frame.engine;
  for (const { flag, when } of registry.flags.get(name) ?? []) {
    if (when.every((condition) => holds(condition, args))) frame.flags.add(flag);
  }
  if (!frame.hot) return;
  // A method of something that no model knows is known by its own name alone.
  const { as, sinks } = registry.sinksOf(name);
  if (sinks === undefined) return;
  for (const sink of sinks) {
    if (sink.needs !== undefined && !frame.flags.has(sink.needs)) continue;
    if (sink.unless !== undefined && frame.flags.has(sink.unless)) continue;
    if (sink.when?.some((condition) => !holds(condition, args))) continue;
    for (const spec of sink.args) {
      const values =
        spec === 'self' ? [receiver] : spec === '*' ? everyArgument(args) : [argumentOf(args, spec)];
      for (const value of values)
        if (value !== null)
          reach(frame, state, sink, as, commandOf(frame, state, sink, args, value), args.instr);
    }
  }
};

type SinkParts = Pick<SinkModel, 'rule' | 'kind' | 'context'> & {
  /** What is found there is no more than possible. */
  hint?: boolean | undefined;
};

const STREAM =
  /^werkzeug\.FileStorage(\.(stream|file))?$|\.file_uploader\(\)(\[\])?$|\.(rfile|stream|bounded_stream)$/;

/** Reports each taint of `value` that is not safe where `sink` puts it. Returns whether there was one. */
export const reach = (
  frame: Frame,
  state: State,
  sink: SinkParts,
  name: string,
  value: Val,
  at: { start: number; end: number },
): boolean => {
  const bit = CONTEXTS[sink.context];
  // An uploaded file is opened as it is: it names no path.
  if (sink.context === 'path' && externalNames(value).some((name) => STREAM.test(name))) return false;
  // A stream in memory, a list or a file that was opened is no name of one.
  if (sink.context === 'path' && value.refs.length > 0 && value.refs.every(({ k }) => k === 'obj'))
    return false;
  const segments = segmentsOf(value);
  // A dict is answered as JSON.
  if (sink.context === 'html' && segments === null && isDict(frame, state, value)) return false;
  if (name === '*.search' && sink.context === 'ldap' && !looksLikeFilter(segments)) return false;
  if (name.startsWith('*.') && sink.context === 'sql' && !looksLikeSql(segments)) return false;
  let found = false;
  for (const { taint, position, quote } of positions(frame, state, sink, value, segments)) {
    if (quote === "'" && (taint.safe & CONTEXTS.quoted) !== 0) continue;
    if (quote === '"' && (taint.safe & CONTEXTS.doubleQuoted) !== 0) continue;
    const elsewhere =
      position === 'code' ||
      (sink.context === 'sql' && position === 'identifier') ||
      // In a distinguished name other characters do harm than in a filter.
      (sink.context === 'ldap' && position === 'name') ||
      (position === 'attribute' && (taint.safe & CONTEXTS.attribute) === 0) ||
      (position === 'text in a script' && (taint.safe & (CONTEXTS.attribute | CONTEXTS.script)) === 0) ||
      (BEYOND_ESCAPING.has(position) &&
        (taint.safe & CONTEXTS.url) === 0 &&
        !(position === 'script' && (taint.safe & CONTEXTS.script) !== 0));
    if ((taint.safe & bit) !== 0 && !elsewhere) continue;
    if (position === 'name' && (taint.safe & CONTEXTS.ldapName) !== 0) continue;
    if (sink.context === 'shell' && position === '' && (taint.safe & CONTEXTS.shellWord) !== 0) continue;
    if (sink.context === 'sql' && position === 'identifier' && (taint.safe & CONTEXTS.identifier) !== 0)
      continue;
    found = true;
    frame.hit({
      taint: sink.hint === true ? { ...taint, weak: true } : taint,
      rule: sink.rule,
      kind: sink.kind,
      name: name.startsWith('*.') ? name.slice(2) : name,
      place: { file: frame.fn.module.file, start: at.start, end: at.end },
      position,
    });
  }
  return found;
};

/** Places in a page where escaped text does harm all the same. */
const BEYOND_ESCAPING = new Set(['attribute without quotes', 'script', 'event handler']);

const isDict = (frame: Frame, state: State, value: Val): boolean =>
  value.refs.length > 0 &&
  value.refs.every((ref) => ref.k === 'obj' && frame.obj(state, ref.id)?.shape === 'dict');

const SQL =
  /\b(select|insert|update|delete|replace|create|drop|alter|merge|with|call|exec|execute|from|where|values|set|order by|union)\b/i;
const looksLikeSql = (segments: readonly Segment[] | null): boolean =>
  segments === null || segments.some((segment) => typeof segment === 'string' && SQL.test(segment));

// A filter of RFC 4515 or a name of RFC 4514.
const FILTER = /\(\s*[&|!]?\s*\(?[\w.;-]{1,60}\s*[~<>]?=|\b(cn|uid|ou|dc|o)=/i;
const looksLikeFilter = (segments: readonly Segment[] | null): boolean =>
  segments?.some((segment) => typeof segment === 'string' && FILTER.test(segment)) === true;

interface Placed {
  taint: Taint;
  position: string;
  /** The quote that the value stands in. */
  quote?: string;
}

const positions = (
  frame: Frame,
  state: State,
  sink: SinkParts,
  value: Val,
  segments: readonly Segment[] | null,
): Placed[] => {
  if (sink.context === 'nosql') return documentPositions(frame, state, value);
  if (segments === null) return frame.deepTaints(state, value).map((taint) => ({ taint, position: '' }));
  const out: Placed[] = [];
  let text = '';
  for (const segment of segments) {
    if (typeof segment === 'string') {
      text += segment;
      continue;
    }
    const position = positionAfter(sink.context, text);
    if (position !== null) {
      for (const taint of segment.taints) {
        const whole = value.taints.find((other) => other.origin.id === taint.origin.id);
        out.push({
          taint: whole === undefined ? taint : { ...taint, trail: whole.trail },
          position,
          ...(position === 'quoted' && sink.context !== 'shell' ? { quote: openQuote(text) } : {}),
        });
      }
    }
    text += '\uFFFD';
  }
  return out;
};

// In a query document a text is only a text, unless it is code (`$where`) or came in as a document itself.
const documentPositions = (frame: Frame, state: State, value: Val): Placed[] => {
  const out: Placed[] = [];
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    for (const [key, part] of obj?.fields ?? []) {
      const position = key === 's$where' || key === 's$function' ? 'code' : 'value';
      for (const taint of frame.deepTaints(state, part)) out.push({ taint, position });
    }
    for (const taint of obj?.rest.taints ?? []) out.push({ taint, position: 'value' });
  }
  for (const taint of value.taints) out.push({ taint, position: 'value' });
  return out;
};

/** What stands before a hole says where it is; null when nothing can go wrong there. */
const positionAfter = (context: string, text: string): string | null => {
  if (context === 'sql') {
    if (
      /\b(from|into|update|table|join|order\s+by|group\s+by|column|database|index|view)\s+["`[]?[\w.,\s\uFFFD]{0,60}$/i.test(
        text.slice(-120),
      ) &&
      !oddQuotes(text)
    ) {
      return 'identifier';
    }
    return oddQuotes(text) ? 'quoted' : 'expression';
  }
  // Below the first empty line of a mail stands its text.
  if (context === 'email') return /\r?\n\r?\n/.test(text) ? null : '';
  if (context === 'shell') return oddQuotes(text) ? 'quoted' : '';
  if (context === 'ldap') return text.includes('(') ? '' : 'name';
  if (context === 'xpath') return oddQuotes(text) ? 'quoted' : '';
  if (context === 'url' || context === 'redirect') {
    if (text === '') return 'whole';
    // After `scheme://host/` only the path is chosen; a path that begins with one slash stays on this host.
    if (/^[a-z][a-z0-9+.-]{0,20}:\/\/[^/?#\uFFFD]{1,200}[/?#]/i.test(text)) return null;
    // So it is after a base that something else gives, which was judged by itself; an empty one leaves a slash.
    const based = /^(?:[a-z][a-z0-9+.-]{0,20}:\/\/)?[^/?#]{0,200}\uFFFD[^/?#]{0,200}(?<!:)([/?#].*)$/is.exec(
      text,
    );
    if (based !== null && (context === 'url' || based[1] !== '/')) return null;
    if (context === 'redirect' && /^(\/[^/\\\uFFFD]|[?#]|\.{1,2}\/|[\w-]{1,60}[/?#.])/.test(text))
      return null;
    if (context === 'redirect' && text === '/') return 'path';
    return 'host';
  }
  if (context === 'html') {
    const script = /<script\b[^>]{0,500}>([^<]{0,2000})$/i.exec(text)?.[1];
    if (script !== undefined) return oddQuotes(script) ? 'text in a script' : 'script';
    if (/<[a-z][^<>]{0,500}\son[a-z]{3,20}\s*=\s*(?:"[^"<>]{0,200}|'[^'<>]{0,200})$/i.test(text))
      return 'event handler';
    if (/<[a-z][^<>]{0,500}\s[\w:-]{1,40}\s*=\s*[^"'<>\s]{0,200}$/i.test(text))
      return 'attribute without quotes';
    return /<[a-z][^<>]{0,500}=\s*["'][^"'<>]{0,200}$/i.test(text) ? 'attribute' : 'text';
  }
  return '';
};

const oddQuotes = (text: string): boolean => openQuote(text) !== '';

const openQuote = (text: string): string => {
  let inside = '';
  for (const char of text) {
    if (inside === '') {
      if (char === "'" || char === '"') inside = char;
    } else if (char === inside) inside = '';
  }
  return inside;
};
