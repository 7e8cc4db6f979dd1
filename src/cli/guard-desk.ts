import { explain } from '../access/index.ts';
import type { LoadedConfig, Rule } from '../config/index.ts';
import { type Clock, isGatehouseError } from '../core/index.ts';
import { type CspSightings, cspYaml, describeGuards, type GateSettings, proposeCsp } from '../gate/index.ts';
import type { DeskPolicy, DeskRefusal, GuardDesk } from '../portal/index.ts';
import { accessPerson } from './access-person.ts';
import type { OpenData } from './open-data.ts';
import { requestOfUrl } from './request-of-url.ts';

const DAY = 86_400_000;
/** Entries that are looked at for a page, and shown on it. */
const LOOKED_AT = 1_000;
const SHOWN = 15;

const says = ({ allow, forbid, paths, methods, assurance, ...conditions }: Rule): string =>
  [
    allow && `allow ${allow.join(', ')}`,
    forbid && `forbid ${forbid.join(', ')}`,
    paths && `on ${paths.join(', ')}`,
    methods && `for ${methods.join(', ')}`,
    assurance && `with ${assurance}`,
    ...Object.keys(conditions).map((condition) => `if ${condition}`),
  ]
    .filter((part) => part !== undefined)
    .join(' ');

export interface GuardDeskPorts {
  data: Pick<OpenData, 'identity' | 'log' | 'clock' | 'sightings'>;
  /** The configuration and the settings that are in force. */
  inForce(): { loaded: LoadedConfig; settings: GateSettings };
}

const proposalsOf = (sightings: CspSightings, app: string) => proposeCsp(app, sightings.of(app));

const refusalsOf = async (
  log: OpenData['log'],
  clock: Clock,
  app: string,
): Promise<{ counts: Map<string, number>; lately: DeskRefusal[] }> => {
  const counts = new Map<string, number>();
  const lately: DeskRefusal[] = [];
  const filter = { type: 'request.refused', app, since: clock.now() - DAY, limit: LOOKED_AT };
  for await (const { time, fields } of log.query(filter)) {
    const guard = fields.guard ?? 'unknown';
    counts.set(guard, (counts.get(guard) ?? 0) + (fields.count ?? 1));
    lately.push({
      time,
      guard,
      reason: fields.reason ?? '',
      method: fields.method ?? '',
      path: fields.path ?? '',
      who: fields.name,
      incident: fields.incident,
    });
  }
  return { counts, lately: lately.slice(-SHOWN).reverse() };
};

/** What the portal shows of rules and guards: read from what is in force, the log and what browsers told. */
export const openGuardDesk = ({ data, inForce }: GuardDeskPorts): GuardDesk => ({
  rules: (app) => {
    const { config, positions } = inForce().loaded;
    return (config.apps[app]?.rules ?? []).map((rule, number) => ({
      line: positions.get(`apps.${app}.rules[${number}]`)?.line,
      says: says(rule),
    }));
  },
  explain: async (app, { person: name, method, url, assurance }) => {
    const { loaded, settings } = inForce();
    const only = Object.fromEntries(Object.entries(loaded.config.apps).filter(([each]) => each === app));
    try {
      const request = requestOfUrl({ apps: only, portal: loaded.config.portal }, method, url);
      const found = name === 'anonymous' ? undefined : await data.identity.people.byName(name);
      if (name !== 'anonymous' && found === undefined)
        return { problem: `Nobody has the account name ${name}.` };
      const now = data.clock.now();
      return {
        explanation: explain(settings.policy, {
          ...request,
          now,
          ...(found && { person: accessPerson(found, assurance, assurance === 'mfa' ? now : undefined) }),
        }),
      };
    } catch (error) {
      if (!isGatehouseError(error, 'usage')) throw error;
      return { problem: `${error.message}. ${error.remedy ?? ''}` };
    }
  },
  guards: async (name) => {
    const { settings } = inForce();
    const app = settings.apps.find((each) => each.name === name);
    const { counts, lately } = await refusalsOf(data.log, data.clock, name);
    const described = app === undefined ? [] : describeGuards(app, settings);
    return { guards: described.map((guard) => ({ ...guard, refused: counts.get(guard.name) ?? 0 })), lately };
  },
  policy: (name): DeskPolicy => {
    const app = inForce().settings.apps.find((each) => each.name === name);
    const { proposals, advice } = proposalsOf(data.sightings, name);
    return {
      mode: app?.csp?.mode ?? 'off',
      text: app?.csp?.text,
      proposals: proposals.map(({ directive, source, sighting, caution }) => ({
        id: `${directive} ${source}`,
        directive,
        source,
        count: sighting.count,
        people: sighting.people.length,
        page: sighting.pages[0] ?? '/',
        caution,
      })),
      advice: advice.map(({ sighting, advice: text }) => ({
        what: `${sighting.directive} ${sighting.blocked}`,
        advice: text,
      })),
    };
  },
  approve: (name, ids) => {
    const csp = inForce().loaded.config.apps[name]?.csp;
    const chosen = proposalsOf(data.sightings, name).proposals.filter(({ directive, source }) =>
      ids.includes(`${directive} ${source}`),
    );
    return cspYaml(name, csp?.mode === 'block' ? 'block' : 'observe', csp?.add ?? {}, chosen);
  },
});
