import { BlockList, isIP } from 'node:net';
import { matchesGlob } from './glob.ts';
import type { Conditions } from './policy-rule.ts';
import type { AccessRequest } from './types.ts';

/** Whether conditions hold; `unknown` where the request does not say what they are about. */
export type Holds = 'yes' | 'no' | 'unknown';

/** How a rule's conditions are judged. A rule that lets in needs `every` value to fit, one that refuses `any`. */
export type Judge = (request: AccessRequest, mode: 'every' | 'any') => Holds;

const networksJudge = (networks: readonly string[], inside: boolean): Judge => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return ({ address }) => {
    const family = address === undefined ? 0 : isIP(address);
    if (address === undefined || family === 0) return 'unknown';
    return list.check(address, family === 4 ? 'ipv4' : 'ipv6') === inside ? 'yes' : 'no';
  };
};

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const timesJudge = ({ days, hours, zone }: NonNullable<Conditions['times']>): Judge => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  // The answer changes only with the minute, and formatting a date costs more than the whole decision.
  let minute = Number.NaN;
  let answer: Holds = 'no';
  const judge = (now: number): Holds => {
    const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
    const day = DAY_NAMES.indexOf(parts['weekday'] ?? '');
    const time = Number(parts['hour']) * 60 + Number(parts['minute']);
    const onDay = (which: number) => days === undefined || days.includes(which);
    if (!hours) return onDay(day) ? 'yes' : 'no';
    const { from, to } = hours;
    if (from < to) return onDay(day) && time >= from && time < to ? 'yes' : 'no';
    const evening = onDay(day) && time >= from;
    const morning = onDay((day + 6) % 7) && time < to;
    return evening || morning ? 'yes' : 'no';
  };
  return ({ now }) => {
    if (!Number.isFinite(now)) return 'unknown';
    const current = Math.floor(now / 60_000);
    if (current !== minute) [minute, answer] = [current, judge(now)];
    return answer;
  };
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};

/** Values of `name` in a query, read once with `&` and once with `;` too as separators, since apps differ. */
const valuesOf = (query: string, name: string): (string | undefined)[] => {
  const found: (string | undefined)[] = [];
  for (const separator of query.includes(';') ? [/&/, /[&;]/] : [/&/]) {
    for (const pair of query.split(separator)) {
      const equals = pair.indexOf('=');
      const key = decoded(equals < 0 ? pair : pair.slice(0, equals));
      if (key === undefined) found.push(undefined);
      else if (key === name) found.push(equals < 0 ? '' : decoded(pair.slice(equals + 1)));
    }
  }
  return found;
};

const queryJudge = (query: NonNullable<Conditions['query']>): Judge => {
  const wanted = Object.entries(query);
  return (request, mode) => {
    const text = request.query;
    if (text === undefined) return 'unknown';
    for (const [name, patterns] of wanted) {
      const values = valuesOf(text, name);
      const fit = (value: string | undefined) =>
        value === undefined ? mode === 'any' : patterns.some((pattern) => matchesGlob(pattern, value));
      // A parameter sent twice reaches the app as its first or its last value: neither may slip through.
      if (mode === 'every' ? values.length === 0 || !values.every(fit) : !values.some(fit)) return 'no';
    }
    return 'yes';
  };
};

/** Compiles conditions; all of them have to hold. */
export const compileConditions = ({ networks, outside, times, query }: Conditions): Judge => {
  const judges: Judge[] = [];
  if (networks) judges.push(networksJudge(networks, true));
  if (outside) judges.push(networksJudge(outside, false));
  if (times) judges.push(timesJudge(times));
  if (query) judges.push(queryJudge(query));
  return (request, mode) => {
    let answer: Holds = 'yes';
    for (const judge of judges) {
      const holds = judge(request, mode);
      if (holds === 'no') return 'no';
      if (holds === 'unknown') answer = 'unknown';
    }
    return answer;
  };
};
