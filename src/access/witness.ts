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
const commonPath = (patternA: string, patternB: string): string | undefined => {
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
    if (!rest && left !== undefined && right !== undefined && !(left === '**' && right === '**')) {
      const segment = commonSegment(left === '**' ? '*' : left, right === '**' ? '*' : right);
      const further = segment && search(left === '**' ? i : i + 1, right === '**' ? j : j + 1);
      if (segment && further) rest = [segment, ...further];
    }
    if (!rest) failed.add(key);
    return rest;
  };
  const found = search(0, 0);
  return found && pathOf(found);
};

/** Segments of a pattern. */
export const lengthOf = (pattern: string): number => segmentsOf(pattern).length;

const anyTimes = (count: number): string[] => Array.from({ length: count }, () => ANY_SEGMENT);

/**
 * Paths that stand for all that a pattern matches: with no, one and `deep` segments where `**` stands. `deep` has to be
 * more than any pattern is long, so that patterns of fixed length do not match by accident.
 */
export const witnesses = (pattern: string, deep: number): string[] => {
  const fill = (count: number) =>
    pathOf(
      segmentsOf(pattern).flatMap((segment) =>
        segment === '**'
          ? anyTimes(count)
          : [segment === '*' ? ANY_SEGMENT : segment.replaceAll('*', ANY_SEGMENT)],
      ),
    );
  return [...new Set([fill(0), fill(1), fill(deep)])];
};

/** The same for what two patterns both match; empty where no path was found. */
export const commonPaths = (a: string, b: string, deep: number): string[] => {
  const path = commonPath(a, b);
  if (path === undefined) return [];
  if (!a.endsWith('/**') || !b.endsWith('/**')) return [path];
  return [path, pathOf([...segmentsOf(path), ...anyTimes(deep)])];
};
