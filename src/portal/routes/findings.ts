import { z } from 'zod';
import { goTo } from '../answer.ts';
import type { FindingDesk } from '../finding-desk.ts';
import { findingsPage } from '../pages/findings.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { insiderOf, type Parts } from '../visit.ts';
import { parseForm } from './parse.ts';

const deskOf = ({ findings }: Parts): FindingDesk => findings ?? refuse('page-unknown');

const list: Route = {
  method: 'GET',
  path: '/findings',
  who: 'manager',
  handle: async (visit, parts) => ({
    kind: 'page',
    html: findingsPage({
      assets: parts.assets.urls,
      insider: insiderOf(visit, parts),
      findings: await deskOf(parts).list(),
    }),
  }),
};

const CHANGE = z.object({
  shield: z.string().max(64),
  to: z.enum(['observe', 'block', 'removed']),
});

const change: Route = {
  method: 'POST',
  path: '/findings/shields',
  who: 'manager',
  handle: async (visit, parts) => {
    const { shield, to } = parseForm(CHANGE, visit.form);
    await deskOf(parts).change(shield, to, visit.session.person.id);
    return goTo('/findings');
  },
};

export const findingRoutes: readonly Route[] = [list, change];
