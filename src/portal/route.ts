import type { Answer } from './answer.ts';
import type { InsideVisit, Parts, Visit } from './visit.ts';

type Answered = Answer | Promise<Answer>;

interface Address {
  method: 'GET' | 'POST';
  /** Hono pattern. */
  path: string;
}

/**
 * One end point. `who` may use it: `anyone`, a `person` who has signed in, one whose role `manages`, or a `machine` that
 * proves by what it sends who it is. Every other POST is a form of our own: where it came from and its token are checked
 * before a handler is called.
 */
export type Route = Address &
  (
    | { who: 'anyone'; handle(visit: Visit, parts: Parts): Answered }
    | { who: 'machine'; handle(visit: Visit, parts: Parts): Answered }
    | {
        who: 'person' | 'manager';
        /**
         * Asks for a factor that the session has shown within the last minutes. A page comes afterwards; a form that was
         * sent too late changes nothing, and this page comes.
         */
        fresh?: string;
        handle(visit: InsideVisit, parts: Parts): Answered;
      }
  );
