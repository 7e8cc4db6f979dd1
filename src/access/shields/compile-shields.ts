import { compileRoute, matchRoute, type RouteTemplate } from './route-template.ts';
import type { Shield } from './shield.ts';

/** How a shield that stands at the gate acts. */
export type ShieldMode = 'observe' | 'block';

export interface StandingShield {
  shield: Shield;
  mode: ShieldMode;
}

/** A shield whose route and method a request meets, with the values of the route's own parameters. */
export interface MetShield {
  shield: Shield;
  inPath: ReadonlyMap<string, string>;
}

/** All shields of all apps, ready to be asked. */
export interface Shields {
  readonly size: number;
  /** The shields of one mode that stand in front of this request. */
  meet(mode: ShieldMode, app: string, method: string, path: string): readonly MetShield[];
}

const NONE: readonly never[] = [];
/** No more than these are applied: each is asked for every request to its app. */
export const MOST_SHIELDS = 2_000;

const takes = (shield: Shield, method: string): boolean =>
  shield.methods.length === 0 ||
  shield.methods.includes(method) ||
  // Frameworks answer HEAD with what they have for GET.
  (method === 'HEAD' && shield.methods.includes('GET'));

/** Compiles the shields that stand at the gate: pure, done anew whenever one changes. */
export const compileShields = (standing: readonly StandingShield[]): Shields => {
  const byApp = new Map<string, { shield: Shield; template: RouteTemplate }[]>();
  for (const { shield, mode } of standing) {
    const key = `${mode} ${shield.app}`;
    const list = byApp.get(key) ?? [];
    list.push({ shield, template: compileRoute(shield.route) });
    byApp.set(key, list);
  }
  return {
    size: standing.length,
    meet: (mode, app, method, path) => {
      const list = byApp.get(`${mode} ${app}`);
      if (list === undefined) return NONE;
      const met: MetShield[] = [];
      for (const { shield, template } of list) {
        if (!takes(shield, method)) continue;
        const inPath = matchRoute(template, path);
        if (inPath !== undefined) met.push({ shield, inPath });
      }
      return met;
    },
  };
};
