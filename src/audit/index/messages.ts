import type { EntryRange } from '../entry-ranges.ts';
import type { SearchPage, SearchQuestion } from './search.ts';

/** What the thread of the index is asked. */
export type IndexRequest =
  | { kind: 'grown'; size: number }
  | { kind: 'search'; id: number; question: SearchQuestion }
  | { kind: 'erased'; id: number; ranges: readonly EntryRange[] }
  | { kind: 'pruned'; id: number; keep: number }
  | { kind: 'close'; id: number };

/** What it answers. */
export type IndexReply =
  | { id: number; page: SearchPage }
  | { id: number; done: true }
  | { id: number; error: string };

/** What it starts with. */
export interface IndexStart {
  index: string;
  journal: string;
  origin: string;
}
