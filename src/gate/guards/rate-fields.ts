import type { Facts } from '../facts.ts';
import type { ResponseGuard } from '../guard.ts';

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), names and values in turn: what every
 * limit that was asked allows in seconds, how much of it is left, and when it is whole again.
 */
export const rateFields = ({ rates }: Pick<Facts, 'rates'>): string[] => {
  if (rates === undefined) return [];
  const policy = rates.map(
    ({ name, bucket }) => `"${name}";q=${bucket.capacity};w=${Math.ceil(bucket.window / 1_000)}`,
  );
  const state = rates.map(({ name, bucket, remaining }) => {
    const whole = ((bucket.capacity - remaining) / bucket.capacity) * bucket.window;
    return `"${name}";r=${Math.max(0, Math.floor(remaining))};t=${Math.ceil(whole / 1_000)}`;
  });
  return ['ratelimit-policy', policy.join(', '), 'ratelimit', state.join(', ')];
};

/** Tells clients of the limits that their request counted for (C23). */
export const rateHeaders: ResponseGuard = {
  name: 'rate-headers',
  edit: (head, facts) => {
    const fields = rateFields(facts);
    for (let i = 0; i < fields.length; i += 2) head.append(fields[i] ?? '', fields[i + 1] ?? '');
  },
};
