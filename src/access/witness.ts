import { matchesGlob } from './glob.ts';

/** A segment that no pattern of anybody's names: it stands for "any other". */
export const ANY_SEGMENT = 'gatehouse--any';

const segmentsOf = (pattern: string): string[] => pattern.split('/').filter((segment) => segment !== '');

const pathOf = (segments: readonly string[]): string => `/${segments.join('/')}`;

/** A text that fits both globs, or undefined. Fewer texts are found than exist where both have several stars. */
const commonSegment = (a: string, b: string): string | undefined => {
  if (a === '*' && b === '*') return ANY_SEGMENT;
  if (!a.includes('*')) return matchesGlob(b, a) ? a : undefined;
  if (!b.includes('*')) return matchesGlob(a, b) ? b : undefined;
  const [left, right] = [a.split('*'), b.split('*')];
  const longer = (one = '', other = '') => (one.length > other.length ? one : other);
  const middle = [...left.slice(1, -1), ...right.slice(1, -1)].join('');
  const text = `${longer(left[0], right[0])}${middle || ANY_SEGMENT}${longer(left.at(-1), right.at(-1))}`;
  return matchesGlob(a, text) && matchesGlob(b, text) ? text : undefined;
};

/**
 * A path that two patterns both match, as short as possible, or undefined where none was found. Stars become
 * {@link ANY_SEGMENT}, so that no third pattern matches by accident.
 */
export const commonPath = (patternA: string, patternB: string): string | undefined => {
  const [a, b] = [segmentsOf(patternA), segmentsOf(patternB)];
  const failed = new Set<number>();
  const search = (i: number, j: number): string[] | undefined => {
    const key = i * (b.length + 1) + j;
    if (failed.has(key)) return undefined;
    const [left, right] = [a[i], b[j]];
    let rest: string[] | undefined;
    if (left === undefined && right === undefined) return [];
    if (left === '**') rest = search(i + 1, j);
    if (!rest && right === '**') rest = search(i, j + 1);
    if (!rest && left !== undefined && right !== undefined) {
      const segment = commonSegment(left === '**' ? '*' : left, right === '**' ? '*' : right);
      const further = segment && search(left === '**' ? i : i + 1, right === '**' ? j : j + 1);
      const bothDeep = left === '**' && right === '**';
      if (segment && further && !bothDeep) rest = [segment, ...further];
    }
    if (!rest) failed.add(key);
    return rest;
  };
  const found = search(0, 0);
  return found && pathOf(found);
};

/** Paths that stand for all that a pattern matches: once with nothing where `**` stands, once with one segment. */
export const witnesses = (pattern: string): string[] => {
  const fill = (deep: string[]) =>
    pathOf(
      segmentsOf(pattern).flatMap((segment) =>
        segment === '**' ? deep : [segment === '*' ? ANY_SEGMENT : segment.replaceAll('*', ANY_SEGMENT)],
      ),
    );
  return [...new Set([fill([]), fill([ANY_SEGMENT])])];
};
