import type { Engine } from '../flow/engine.ts';
import { externalNames } from '../flow/value.ts';
import type { ClassShape, FunctionCode } from '../lower/ir.ts';
import type { Call } from './call-check.ts';

const MOST_ROUTES = 20_000;
const MOST_NESTED = 8;

interface DjangoRoute {
  /** Name of the module whose urlpatterns it stands in. */
  module: string;
  route: string;
  views: readonly FunctionCode[];
  classes: readonly ClassShape[];
  start: number;
  end: number;
}

const VERB = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE)$/;
/** Empty when one of them is no method that is written out, so that nothing is said that may be wrong. */
const verbsIn = (listed: readonly (string | null)[] = []): string[] => {
  const verbs = listed.map((each) => each?.toUpperCase() ?? '');
  return verbs.every((each) => VERB.test(each)) ? verbs : [];
};

/** Upper-case methods that the decorators of a view leave, empty when they say nothing. */
const methodsOf = (fn: FunctionCode): string[] => {
  for (const { name, listed, keywords } of fn.decorators) {
    const word = name.slice(name.lastIndexOf('.') + 1);
    if (word === 'require_GET') return ['GET'];
    if (word === 'require_POST') return ['POST'];
    if (word === 'require_safe') return ['GET', 'HEAD'];
    if (word === 'require_http_methods')
      return verbsIn(listed.length > 0 ? listed : keywords.get('request_method_list'));
    if (word === 'api_view') return verbsIn(listed.length > 0 ? listed : keywords.get('http_method_names'));
  }
  return [];
};

/**
 * Learns from the calls of `path`, `re_path` and `include` where the views of a Django project are mounted. Calls are
 * heard while the modules run; {@link mount} joins them to whole routes before the views are looked at.
 */
export class DjangoUrls {
  readonly #routes: DjangoRoute[] = [];
  /** Those that include others, by module. */
  readonly #holding = new Map<string, DjangoRoute[]>();
  readonly #includes: { module: string; target: string; start: number }[] = [];

  hear(call: Call): void {
    const { frame, args } = call;
    if (this.#routes.length + this.#includes.length > MOST_ROUTES) return;
    const module = frame.fn.module.name;
    if (call.name === 'django.urls.include') {
      const target = call.constant(0, 'arg');
      if (typeof target === 'string') this.#includes.push({ module, target, start: args.instr.start });
      return;
    }
    const route = call.constant(0, 'route');
    const view = call.arg(1, 'view');
    if (typeof route !== 'string' || view === null) return;
    const views = view.refs.flatMap((ref) => (ref.k === 'fn' ? [ref.fn] : []));
    const classes = view.refs.flatMap((ref) => (ref.k === 'cls' ? [ref.cls] : []));
    if (
      views.length + classes.length === 0 &&
      !externalNames(view).some((name) => name.startsWith('django.urls.include'))
    )
      return;
    const { start, end } = args.instr;
    const written = call.name === 'django.urls.re_path' ? route.replace(/^\^/, '').replace(/\$$/, '') : route;
    const heard = { module, route: written, views, classes, start, end };
    this.#routes.push(heard);
    if (views.length + classes.length > 0) return;
    const holding = this.#holding.get(module);
    if (holding === undefined) this.#holding.set(module, [heard]);
    else holding.push(heard);
  }

  /** Tells the engine the route of every view that was heard of; a view that is mounted twice keeps its first one. */
  mount(engine: Engine): void {
    for (const each of this.#routes) {
      const route = `/${this.#before(each, 0)}${each.route}`;
      for (const cls of each.classes)
        if (!engine.mountedClasses.has(cls))
          engine.mountedClasses.set(cls, { framework: 'django', route, methods: [] });
      for (const view of each.views)
        if (!engine.mounts.has(view))
          engine.mounts.set(view, { framework: 'django', route, methods: methodsOf(view) });
    }
    // Methods that a view inherits are reached where it is mounted.
    for (const { classes } of this.#routes)
      for (const cls of classes) for (const base of cls.bases) inherit(engine, base, cls, 0);
  }

  #before(route: DjangoRoute, depth: number): string {
    const holder =
      depth > MOST_NESTED
        ? undefined
        : this.#holders(route.module, route.start, route.end).find((each) => each !== route);
    return holder === undefined
      ? this.#prefix(route.module, depth)
      : `${this.#before(holder, depth + 1)}${holder.route}`;
  }

  #prefix(module: string, depth: number): string {
    const include = this.#includes.find(({ target }) => target === module);
    if (include === undefined || depth > MOST_NESTED) return '';
    const [holder] = this.#holders(include.module, include.start, include.start + 1);
    return holder === undefined
      ? this.#prefix(include.module, depth + 1)
      : `${this.#before(holder, depth + 1)}${holder.route}`;
  }

  /** The routes whose call of `path` or `re_path` stands around this text, the innermost first. */
  #holders(module: string, start: number, end: number): DjangoRoute[] {
    return (this.#holding.get(module) ?? [])
      .filter((each) => each.start <= start && end <= each.end)
      .sort((a, b) => b.start - a.start);
  }
}

const inherit = (engine: Engine, base: ClassShape, from: ClassShape, depth: number): void => {
  const mount = engine.mountedClasses.get(from);
  if (mount === undefined || engine.mountedClasses.has(base) || depth > MOST_NESTED) return;
  engine.mountedClasses.set(base, mount);
  for (const next of base.bases) inherit(engine, next, base, depth + 1);
};
