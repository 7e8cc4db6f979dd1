import type { Prefix } from '../frame.ts';
import { wholeAndHarmless } from '../matched-text.ts';

/** The whole route of a view below `prefix`; null when its own part is not known. */
export const underPrefix = (prefix: Prefix | undefined, route: string | null): string | null => {
  if (prefix === undefined || prefix.text === '' || route === null) return route;
  if (!prefix.joined) return prefix.text + route;
  const before = prefix.text.endsWith('/') ? prefix.text.slice(0, -1) : prefix.text;
  return route === '' ? prefix.text : `${before}/${route.startsWith('/') ? route.slice(1) : route}`;
};

/** Converters that let through numbers, or letters, digits, hyphens and underscores at most. */
const SAFE = /^(int|float|decimal|uuid|slug|ymd|date|dt|alpha|i|d|u)$/;

/** What a route lets through as its part `name`: nothing (it has no such part), text without harm, or any text. */
export const routeKind = (route: string | null, name: string): 'none' | 'safe' | 'text' => {
  if (route === null) return 'none';
  const word = name.replace(/\W/g, '');
  const group = new RegExp(`\\(\\?P<${word}>`).exec(route);
  if (group !== null) return judged(bracketed(route, group.index + group[0].length, ')'));
  const match = new RegExp(
    `[<{](?:(\\w{1,30})(?:\\([^)]{0,100}\\))?:)?${word}(?::(\\w{1,30})(?=[>}:(]))?(?=[>}:])`,
  ).exec(route);
  if (match === null) return 'none';
  if (SAFE.test(match[1] ?? match[2] ?? '')) return 'safe';
  const end = match.index + match[0].length;
  const closing = route[match.index] === '{' ? '}' : '>';
  if (route[end] !== ':') return 'text';
  // Bottle: `<name:re:[a-z]+>`; aiohttp and Pyramid: `{name:[a-z]+}`.
  return judged(bracketed(route, end + 1, closing).replace(/^re:/, ''));
};

/** Whether group number `i` of a route that is a pattern lets only harmless text through (Tornado). */
export const groupIsSafe = (route: string | null, i: number): boolean => {
  const starts = [...(route ?? '').matchAll(/(?<!\\)\((?!\?(?!P<))(?:\?P<\w{1,40}>)?/g)];
  const at = starts[i];
  return at !== undefined && judged(bracketed(route ?? '', at.index + at[0].length, ')')) === 'safe';
};

const judged = (pattern: string): 'safe' | 'text' =>
  SAFE.test(pattern) || wholeAndHarmless(pattern, true) ? 'safe' : 'text';

/** The text from `start` up to the bracket that closes what was opened before it. */
const bracketed = (text: string, start: number, closing: string): string => {
  let depth = 0;
  const opening = closing === ')' ? '(' : closing === '}' ? '{' : '<';
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === opening) depth++;
    else if (text[i] === closing && depth-- === 0) return text.slice(start, i);
  }
  return text.slice(start);
};
