import { join } from 'node:path';
import type { FileLayer } from '../files.ts';

/** A file of the journal: it holds the entries from `first` up to the next segment. */
export interface Segment {
  first: number;
  path: string;
}

const NAME = /^(\d{16})\.journal$/;

export const segmentPath = (directory: string, first: number): string =>
  join(directory, `${String(first).padStart(16, '0')}.journal`);

/** The segments of a journal in order. */
export const listSegments = async (files: FileLayer, directory: string): Promise<Segment[]> => {
  const segments: Segment[] = [];
  for (const name of await files.list(directory)) {
    const first = NAME.exec(name)?.[1];
    if (first !== undefined) segments.push({ first: Number(first), path: join(directory, name) });
  }
  return segments.sort((a, b) => a.first - b.first);
};
