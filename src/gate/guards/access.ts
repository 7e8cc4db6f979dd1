import { type AccessRequest, decide, type Policy } from '../../access/index.ts';
import type { Facts } from '../facts.ts';
import type { GrantsUsed } from '../grants-used.ts';
import { type Guard, PASS } from '../guard.ts';

/** What the facts say in the words of the access decision. */
export const accessRequest = (facts: Facts): AccessRequest => {
  const { session } = facts;
  return {
    app: facts.app.name,
    method: facts.method,
    path: facts.path,
    query: facts.query ?? '',
    address: facts.client.address,
    now: facts.time,
    ...(session && {
      person: {
        id: session.person.id,
        roles: session.person.roles,
        ...(session.person.roleEnds && { roleEnds: session.person.roleEnds }),
        assurance: session.assurance,
        ...(session.mfaAt !== undefined && { mfaAt: session.mfaAt }),
      },
    }),
  };
};

/** Who may do what (C12): deny by default, a forbidding rule wins. What let somebody in is counted. */
export const access = (policy: Policy, grants: Pick<GrantsUsed, 'used'>): Guard => ({
  name: 'access',
  stage: 'session',
  needs: ['session'],
  mode: 'block',
  check: (facts) => {
    const decision = decide(policy, accessRequest(facts));
    switch (decision.verdict) {
      case 'pass':
        if (facts.session !== undefined) grants.used(facts.session, facts.app.name, decision.rule);
        return PASS;
      case 'ask':
        return {
          verdict: 'ask',
          assurance: decision.assurance,
          ...(decision.maxAge !== undefined && { maxAge: decision.maxAge }),
        };
      case 'refuse':
        return { verdict: 'refuse', why: decision.rule.id };
    }
  },
});
