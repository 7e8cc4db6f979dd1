import type { Answer } from './answer.ts';
import type { InsideVisit, Parts, Visit } from './visit.ts';

type Answered = Answer | Promise<Answer>;

interface Address {
  method: 'GET' | 'POST';
  /** Hono pattern. */
  path: string;
}

/**
 * One end point. `who` may use it: `anyone`, a `person` who has signed in, or one whose role `manages`. Every POST is a
 * form of our own: where it came from and its token are checked before a handler is called.
 */
export type Route = Address &
  (
    | { who: 'anyone'; handle(visit: Visit, parts: Parts): Answered }
    | { who: 'person' | 'manager'; handle(visit: InsideVisit, parts: Parts): Answered }
  );
