import { z } from 'zod';
import type { PortalApp } from '../config.ts';
import type { DeskQuestion, GuardDesk } from '../desk.ts';
import { approvedPolicyPage, guardsPage } from '../pages/guards.ts';
import { guardedAppsPage, rulesPage } from '../pages/rules.ts';
import { refuse } from '../refusal.ts';
import type { Route } from '../route.ts';
import { type InsideVisit, insiderOf, type Parts } from '../visit.ts';
import { parseForm } from './parse.ts';

const deskOf = ({ desk }: Parts): GuardDesk => desk ?? refuse('page-unknown');

const appOf = ({ params }: InsideVisit, { config }: Parts): PortalApp =>
  config.apps.find(({ name }) => name === params['app']) ?? refuse('page-unknown');

const frame = (visit: InsideVisit, parts: Parts) => ({
  assets: parts.assets.urls,
  insider: insiderOf(visit, parts),
});

const list: Route = {
  method: 'GET',
  path: '/rules',
  who: 'manager',
  handle: (visit, parts) => {
    deskOf(parts);
    return { kind: 'page', html: guardedAppsPage({ ...frame(visit, parts), apps: parts.config.apps }) };
  },
};

const QUESTION = z.object({
  person: z.string().trim().min(1).max(256),
  method: z.string().regex(/^[A-Z]{1,32}$/),
  url: z.string().trim().min(1).max(2_048),
  assurance: z.enum(['password', 'mfa']),
});

const NOTHING: DeskQuestion = { person: '', method: 'GET', url: '/', assurance: 'password' };

const rules: Route = {
  method: 'GET',
  path: '/rules/:app',
  who: 'manager',
  handle: async (visit, parts) => {
    const [desk, app] = [deskOf(parts), appOf(visit, parts)];
    const asked = QUESTION.safeParse(Object.fromEntries(visit.url.searchParams));
    const answer = asked.success ? await desk.explain(app.name, asked.data) : undefined;
    return {
      kind: 'page',
      html: rulesPage({
        ...frame(visit, parts),
        app,
        rules: desk.rules(app.name),
        question: asked.success ? asked.data : NOTHING,
        answer,
      }),
    };
  },
};

const guards: Route = {
  method: 'GET',
  path: '/guards/:app',
  who: 'manager',
  handle: async (visit, parts) => {
    const [desk, app] = [deskOf(parts), appOf(visit, parts)];
    return {
      kind: 'page',
      html: guardsPage({
        ...frame(visit, parts),
        app,
        ...(await desk.guards(app.name)),
        policy: desk.policy(app.name),
      }),
    };
  },
};

const CHOSEN = z.object({
  source: z
    .union([
      z
        .string()
        .max(1_024)
        .transform((one) => [one]),
      z.array(z.string().max(1_024)).max(200),
    ])
    .default([]),
});

const approve: Route = {
  method: 'POST',
  path: '/guards/:app/policy',
  who: 'manager',
  handle: (visit, parts) => {
    const [desk, app] = [deskOf(parts), appOf(visit, parts)];
    const { source } = parseForm(CHOSEN, visit.form);
    return {
      kind: 'page',
      html: approvedPolicyPage({ ...frame(visit, parts), app, yaml: desk.approve(app.name, source) }),
    };
  },
};

export const guardRoutes: readonly Route[] = [list, rules, guards, approve];
