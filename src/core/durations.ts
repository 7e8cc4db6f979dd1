import { GatehouseError } from './errors.ts';

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Milliseconds in a duration such as `90s`, `15m`, `1h30m` or `7d`.
 * Units: ms, s, m, h, d, w, each at most once and in any order.
 * @throws {GatehouseError} `invalid-duration` when the text is anything else.
 */
export const parseDuration = (text: string): number => {
  const parts = [...text.matchAll(/(\d{1,9})(ms|[smhdw])/gy)];
  const units = parts.map((part) => part[2]);
  const whole = parts.map((part) => part[0]).join('') === text && text !== '';
  if (!whole || new Set(units).size !== units.length) {
    throw new GatehouseError('invalid-duration', `"${text}" is not a duration`, {
      remedy: 'Write a number and a unit, for example 90s, 15m, 1h30m or 7d.',
    });
  }
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0), 0);
};

/** The shortest spelling that {@link parseDuration} reads back to the same milliseconds. */
export const formatDuration = (milliseconds: number): string => {
  let rest = Math.round(milliseconds);
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ] as const) {
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
};
