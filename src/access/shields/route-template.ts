import { percentDecoded } from './forms-of.ts';

/** One segment of a route template. */
type Segment = { literal: string } | { name: string; rest: boolean };

export interface RouteTemplate {
  segments: readonly Segment[];
  /** The template goes on in a way that is not understood (a regular expression): everything behind it matches. */
  open: boolean;
}

// `<name>`, `<int:name>` (Flask, Django), `{name}`, `{name:path}` (FastAPI); a group `(?P<name>…)` is one of Django's.
const PARAMETER = /^(?:<(?:(\w{1,30})(?:\([^)]{0,100}\))?:)?(\w{1,100})>|\{(\w{1,100})(?::(\w{1,30}))?\})$/;

const split = (path: string): string[] => path.replace(/^\/+/, '').replace(/\/+$/, '').split('/');

/** Reads a route template as a framework writes it. What is not understood matches more, never less (fail closed). */
export const compileRoute = (route: string): RouteTemplate => {
  const segments: Segment[] = [];
  for (const text of split(route)) {
    const match = PARAMETER.exec(text);
    if (match !== null) {
      const rest = (match[1] ?? match[4]) === 'path';
      // Two that take the rest could be divided in many ways: what is behind the first of them matches whatever it is.
      if (rest && segments.some((segment) => 'rest' in segment && segment.rest))
        return { segments, open: true };
      segments.push({ name: match[2] ?? match[3] ?? '', rest });
    } else if (/[<{([\\^$*+?|]/.test(text)) {
      return { segments, open: true };
    } else segments.push({ literal: percentDecoded(text).toLowerCase() });
  }
  return { segments, open: false };
};

const follow = (
  template: RouteTemplate,
  at: number,
  path: readonly string[],
  from: number,
): Map<string, string> | undefined => {
  const segment = template.segments[at];
  if (segment === undefined) return template.open || from === path.length ? new Map() : undefined;
  const text = path[from];
  if (text === undefined) return undefined;
  if ('literal' in segment) {
    return segment.literal === text.toLowerCase() ? follow(template, at + 1, path, from + 1) : undefined;
  }
  const longest = segment.rest ? path.length : from + 1;
  for (let end = longest; end > from; end--) {
    const found = follow(template, at + 1, path, end);
    if (found !== undefined) return found.set(segment.name, path.slice(from, end).join('/'));
  }
  return undefined;
};

/**
 * The decoded values of the template's parameters when a canonical path matches it, undefined when it does not. Case and
 * a slash at the end make no difference, since servers differ in both.
 */
export const matchRoute = (
  template: RouteTemplate,
  path: string,
): ReadonlyMap<string, string> | undefined => {
  return follow(template, 0, split(path).map(percentDecoded), 0);
};
