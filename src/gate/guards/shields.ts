import { type MetShield, passesCheck, type ShieldMode, type Shields } from '../../access/index.ts';
import type { Facts } from '../facts.ts';
import { type Guard, PASS, type Verdict } from '../guard.ts';
import { readsBody, readValues, SHIELDED_BODY } from '../shields/read-values.ts';

const refuse = ({ shield }: MetShield, why: string, status = 403): Verdict => ({
  verdict: 'refuse',
  why,
  status,
  rule: shield.id,
  finding: shield.finding,
});

const judgeOne = (facts: Facts, met: MetShield): Verdict => {
  const { check, sink } = met.shield;
  const read = readValues(facts, met);
  if (!read.ok)
    return refuse(met, `shield-unreadable-${read.why}`, read.why === 'body-too-large' ? 413 : 403);
  for (const value of read.value) {
    if (typeof value === 'string') {
      if (!passesCheck(check, value, facts.app.origin)) return refuse(met, `shield-${sink}`);
    } else return refuse(met, 'shield-structure');
  }
  return PASS;
};

/**
 * The shields of one mode (C54): each stands in front of one parameter of one route that a scan found to reach a sink,
 * and lets only values through that cannot turn it. What cannot be read there is refused (fail closed).
 */
export const shieldGuard = (shields: Shields, mode: ShieldMode): Guard => {
  const meet = ({ app, method, path }: Facts): readonly MetShield[] =>
    shields.meet(mode, app.name, method, path);
  return {
    name: 'shields',
    stage: 'body',
    needs: ['session'],
    mode,
    // One byte more than is read tells a body that fits from one that does not.
    wantsBody: (facts) => (meet(facts).some(readsBody) ? SHIELDED_BODY + 1 : 0),
    check: (facts) => {
      for (const met of meet(facts)) {
        const verdict = judgeOne(facts, met);
        if (verdict.verdict !== 'pass') return verdict;
      }
      return PASS;
    },
  };
};
