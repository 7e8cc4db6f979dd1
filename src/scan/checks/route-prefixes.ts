import type { Engine } from '../flow/engine.ts';
import { type Mount, type Prefix, siteOf } from '../flow/frame.ts';
import { underPrefix } from '../flow/handlers/routes.ts';
import type { Val } from '../flow/value.ts';
import { type Decorator, type FunctionCode, OP } from '../lower/ir.ts';
import type { Call } from './call-check.ts';

const MOST_HEARD = 20_000;
const MOST_NESTED = 8;

/** A prefix as a call gives it: undefined when it gives none, null when it is no constant. */
type Given = string | null | undefined;

const MOUNTING = new Set([
  'Blueprint',
  'APIRouter',
  'register_blueprint',
  'include_router',
  'add_url_rule',
  'add_api_route',
  'add_route',
  'add_view',
  'Application',
]);

const MOUNTING_WORDS = new RegExp([...MOUNTING, 'app'].join('|'));
const BEYOND_ASCII = /[^\0-\x7f]/;

/** Whether {@link mountsRouters} may hold for anything in `text`; other letters may spell an ASCII name (NFKC). */
export const speaksOfRouters = (text: string): boolean =>
  MOUNTING_WORDS.test(text) || BEYOND_ASCII.test(text);

/** Whether `fn` makes or mounts routers or fills an app, so that it has to be looked at before the views are. */
export const mountsRouters = (fn: FunctionCode): boolean => {
  const fills = fn.params[0]?.name === 'app';
  return fn.blocks.some(({ instrs }) =>
    instrs.some(({ name, op }) => MOUNTING.has(name) || (fills && op === OP.setIndex)),
  );
};

/**
 * Learns under which prefix the views of Flask blueprints and FastAPI routers are reached. Calls are heard while code
 * runs; {@link apply} tells the engine the whole prefixes. Lists are capped against code that mounts without end.
 */
export class RoutePrefixes {
  readonly #own = new Map<string, Given>();
  readonly #mounted = new Map<string, { parent: string | null; given: Given }>();
  readonly #decorators = new Map<Decorator, string>();
  readonly #mounts: { mount: Mount; site: string }[] = [];

  /** Whether a call of `name` makes a router, mounts one, or mounts a view on one. */
  static hears(name: string): boolean {
    return (
      name.startsWith('flask.Blueprint') ||
      name.startsWith('fastapi.APIRouter') ||
      name.endsWith('.register_blueprint') ||
      name.endsWith('.include_router')
    );
  }

  /** `mount` is where the call mounts a view, when it does so by itself and not as a decorator. */
  hear(call: Call, mount: Mount | null): void {
    const heard = this.#own.size + this.#mounted.size + this.#decorators.size + this.#mounts.length;
    if (heard > MOST_HEARD) return;
    const { name, frame, args } = call;
    if (name === 'flask.Blueprint')
      this.#own.set(siteOf(frame, name, args.instr), given(call, 5, 'url_prefix'));
    else if (name === 'fastapi.APIRouter')
      this.#own.set(siteOf(frame, name, args.instr), given(call, -1, 'prefix'));
    else if (name.endsWith('.register_blueprint')) this.#include(call, 'blueprint', 'url_prefix');
    else if (name.endsWith('.include_router')) this.#include(call, 'router', 'prefix');
    else {
      const [site] = sitesOf(call.receiver);
      if (site === undefined) return;
      if (mount !== null) this.#mounts.push({ mount, site });
      const decorator = decoratorOf(call);
      if (decorator !== null) this.#decorators.set(decorator, site);
    }
  }

  /** Tells the engine the prefixes of all views that were heard of since the last time. */
  apply(engine: Engine): void {
    for (const [decorator, site] of this.#decorators) {
      const prefix = this.#prefix(site, 0);
      if (prefix !== null) engine.prefixes.set(decorator, prefix);
    }
    for (const { mount, site } of this.#mounts.splice(0)) {
      const prefix = this.#prefix(site, 0);
      if (prefix !== null) mount.route = underPrefix(prefix, mount.route);
    }
  }

  // A router that is mounted twice keeps its first place.
  #include(call: Call, name: string, prefixName: string): void {
    const [parent = null] = sitesOf(call.receiver);
    for (const site of sitesOf(call.arg(0, name))) {
      if (this.#mounted.has(site)) continue;
      this.#mounted.set(site, { parent, given: given(call, name === 'router' ? -1 : 1, prefixName) });
    }
  }

  // Null when a part of it is no constant. Flask: what the registration gives stands in place of the blueprint's own.
  #prefix(site: string, depth: number): Prefix | null {
    const mounted = this.#mounted.get(site);
    const own = this.#own.get(site);
    const parent = mounted?.parent ?? null;
    if (depth > MOST_NESTED) return null;
    const up = parent === null ? null : this.#prefix(parent, depth + 1);
    if (parent !== null && up === null) return null;
    const joined = !site.startsWith('fastapi');
    const parts = joined ? [mounted?.given === undefined ? own : mounted.given] : [mounted?.given, own];
    if (parts.includes(null)) return null;
    const text = parts.map((part) => part ?? '').join('');
    if (up === null) return { text, joined };
    return { text: text === '' ? up.text : (underPrefix(up, text) ?? ''), joined };
  }
}

const given = (call: Call, i: number, name: string): Given => {
  if (call.arg(i, name) === null) return undefined;
  const value = call.constant(i, name);
  return value === null ? undefined : typeof value === 'string' ? value : null;
};

const sitesOf = (value: Val | null): string[] =>
  value?.refs.flatMap((ref) => (ref.k === 'ext' && ref.site !== undefined ? [ref.site] : [])) ?? [];

/** The decorator that the result of this call is used as. */
export const decoratorOf = ({ frame, args }: Call): Decorator | null => {
  for (const { instrs } of frame.fn.blocks) {
    for (const instr of instrs) {
      const at = instr.op === OP.decorate ? instr.args.indexOf(args.instr.dst) : -1;
      if (at >= 0) return frame.fn.defs[instr.a]?.fn?.decorators[at] ?? null;
    }
  }
  return null;
};
