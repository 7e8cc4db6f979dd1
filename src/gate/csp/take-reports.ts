import type { Counters } from '../../core/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Facts } from '../facts.ts';
import { peekBody } from '../peek.ts';
import type { CspSightings } from './sightings.ts';
import { parseViolations } from './violation.ts';

const MOST_BYTES = 65_536;
const TYPES = /^application\/(?:csp-report|reports\+json|json)(?:;|$)/i;
/** A page may break many rules at once; nobody's browser has more to tell than this. */
const PER_PERSON = { capacity: 120, window: 60_000 };

/**
 * Takes what a browser reports of the policy. Only people who are signed in are heard, so that nobody from outside
 * teaches the gate what to allow. The answer is the same whatever becomes of the report.
 */
export const takeReports = async (
  exchange: Exchange,
  facts: Facts,
  sightings: CspSightings,
  counters: Counters,
): Promise<void> => {
  const { session, app, headers, contentLength } = facts;
  const wanted =
    session !== undefined &&
    app.csp !== undefined &&
    TYPES.test(headers.get('content-type') ?? '') &&
    headers.get('content-encoding') === undefined &&
    (contentLength ?? 0) <= MOST_BYTES &&
    (await counters.take(`csp-reports:${session.person.id}`, PER_PERSON)).allowed;
  if (wanted) {
    // One byte more than is taken, so that a body that is too long is seen to be.
    const body = await exchange.patiently(peekBody(exchange, MOST_BYTES + 1));
    try {
      if (body.length <= MOST_BYTES) {
        for (const violation of parseViolations(body.toString('utf8'), app.origin))
          sightings.add(app.name, violation, session.person.id, facts.time);
      }
    } catch {
      // What is no report is nobody's news.
    }
  }
  exchange.answer(204, ['cache-control', 'no-store'], Buffer.alloc(0));
};
