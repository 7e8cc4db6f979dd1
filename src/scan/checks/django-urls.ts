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

/** Upper-case methods that the decorators of a view leave, empty when they say nothing. */
const methodsOf = (fn: FunctionCode): string[] => {
  for (const { name, args } of fn.decorators) {
    const word = name.slice(name.lastIndexOf('.') + 1);
    if (word === 'require_GET') return ['GET'];
    if (word === 'require_POST') return ['POST'];
    if (word === 'require_safe') return ['GET', 'HEAD'];
    if (word === 'require_http_methods' && args[0] != null) return [args[0].toUpperCase()];
  }
  return [];
};

/**
 * Learns from the calls of `path`, `re_path` and `include` where the views of a Django project are mounted. Calls are
 * heard while the modules run; {@link mount} joins them to whole routes before the views are looked at.
 */
export class DjangoUrls {
  readonly #routes: DjangoRoute[] = [];
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
    this.#routes.push({ module, route: written, views, classes, start, end });
  }

  /** Tells the engine the route of every view that was heard of; a view that is mounted twice keeps its first one. */
  mount(engine: Engine): void {
    for (const each of this.#routes) {
      for (const cls of each.classes) {
        if (engine.mountedClasses.has(cls)) continue;
        const route = `/${this.#prefix(each.module, 0)}${each.route}`;
        engine.mountedClasses.set(cls, { framework: 'django', route, methods: [] });
      }
      for (const view of each.views) {
        if (engine.mounts.has(view)) continue;
        const route = `/${this.#prefix(each.module, 0)}${each.route}`;
        engine.mounts.set(view, { framework: 'django', route, methods: methodsOf(view) });
      }
    }
  }

  #prefix(module: string, depth: number): string {
    const include = this.#includes.find(({ target }) => target === module);
    if (include === undefined || depth > MOST_NESTED) return '';
    const holder = this.#routes.find(
      ({ module: of, start, end }) => of === include.module && start <= include.start && include.start < end,
    );
    return `${this.#prefix(include.module, depth + 1)}${holder?.route ?? ''}`;
  }
}
