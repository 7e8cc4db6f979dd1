import type { Engine } from '../flow/engine.ts';
import type { Mount } from '../flow/frame.ts';
import { onlyConstant, type Val } from '../flow/value.ts';
import type { ClassShape, FunctionCode } from '../lower/ir.ts';
import type { Call } from './call-check.ts';

const MOST_ROUTES = 20_000;

/** Which arguments of a call name the route, the view and the methods. */
interface Form {
  framework: string;
  route: number;
  routeName: string;
  view: number;
  viewName: string;
  methods?: string[];
  methodAt?: number;
  methodsName?: string;
}

const FORMS = new Map<string, Form>();
const add = (names: readonly string[], form: Form): void => {
  for (const name of names) FORMS.set(name, form);
};

add(['flask.Flask().add_url_rule', 'flask.Blueprint().add_url_rule'], {
  framework: 'flask',
  route: 0,
  routeName: 'rule',
  view: 2,
  viewName: 'view_func',
  methodsName: 'methods',
});
add(
  [
    'flask_restful.Api().add_resource',
    'flask_restx.Api().add_resource',
    'flask_restx.Namespace().add_resource',
  ],
  { framework: 'flask', route: 1, routeName: 'route', view: 0, viewName: 'resource' },
);
for (const verb of ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'view']) {
  add([`aiohttp.web.${verb}`, `aiohttp.web.Application().router.add_${verb}`], {
    framework: 'aiohttp',
    route: 0,
    routeName: 'path',
    view: 1,
    viewName: 'handler',
    ...(verb === 'view' ? {} : { methods: [verb.toUpperCase()] }),
  });
}
add(['aiohttp.web.route', 'aiohttp.web.Application().router.add_route'], {
  framework: 'aiohttp',
  route: 1,
  routeName: 'path',
  view: 2,
  viewName: 'handler',
  methodAt: 0,
});
add(['bottle.route', 'bottle.Bottle().route'], {
  framework: 'bottle',
  route: 0,
  routeName: 'path',
  view: 2,
  viewName: 'callback',
  methodAt: 1,
});
add(['starlette.routing.Route', 'starlette.routing.WebSocketRoute', 'fastapi.routing.APIRoute'], {
  framework: 'starlette',
  route: 0,
  routeName: 'path',
  view: 1,
  viewName: 'endpoint',
  methodsName: 'methods',
});
add(
  [
    'fastapi.FastAPI().add_api_route',
    'fastapi.APIRouter().add_api_route',
    'starlette.applications.Starlette().add_route',
  ],
  {
    framework: 'fastapi',
    route: 0,
    routeName: 'path',
    view: 1,
    viewName: 'endpoint',
    methodsName: 'methods',
  },
);
add(['sanic.Sanic().add_route', 'sanic.Blueprint().add_route'], {
  framework: 'sanic',
  route: 1,
  routeName: 'uri',
  view: 0,
  viewName: 'handler',
  methodsName: 'methods',
});
add(['tornado.web.url', 'tornado.web.URLSpec', 'tornado.routing.URLSpec'], {
  framework: 'tornado',
  route: 0,
  routeName: 'pattern',
  view: 1,
  viewName: 'handler',
});

add(['falcon.App().add_route', 'falcon.asgi.App().add_route', 'falcon.API().add_route'], {
  framework: 'falcon',
  route: 0,
  routeName: 'uri_template',
  view: 1,
  viewName: 'resource',
});
add(['pyramid.config.Configurator().add_view'], {
  framework: 'pyramid',
  route: -1,
  routeName: 'route_name',
  view: 0,
  viewName: 'view',
  methodsName: 'request_method',
});
add(['robyn.Robyn().add_route', 'robyn.SubRouter().add_route'], {
  framework: 'robyn',
  route: 1,
  routeName: 'endpoint',
  view: 2,
  viewName: 'handler',
  methodAt: 0,
});
const alone = (names: readonly string[], framework: string, viewName: string): void =>
  add(names, { framework, route: -1, routeName: 'path', view: 0, viewName });
alone(
  [
    'websockets.serve',
    'websockets.server.serve',
    'websockets.asyncio.server.serve',
    'websockets.sync.server.serve',
  ],
  'websockets',
  'handler',
);
alone(['asyncio.start_server', 'asyncio.start_unix_server'], 'socket', 'client_connected_cb');
alone(['xmlrpc.server.SimpleXMLRPCServer().register_function'], 'xmlrpc', 'function');
alone(['panel.bind', 'panel.interact', 'panel.depends'], 'panel', 'function');

const TORNADO = 'tornado.web.Application';
const NAMED_ROUTE = 'pyramid.config.Configurator().add_route';

const GRADIO =
  /^gradio\.(Interface|ChatInterface|TabbedInterface)$|^gradio\.\w{1,40}\(\)\.(click|submit|change|input|upload|select|release|blur|clear|then|load)$/;

/** Learns from the calls that mount views where they are mounted, for frameworks that keep tables of routes. */
export class RouteTables {
  readonly #late: FunctionCode[] = [];
  /** Mounted before they were looked at. */
  readonly #early: FunctionCode[] = [];
  #mounted = 0;
  #engine: Engine | null = null;

  /** Whether a call of `name` can mount a view. */
  static mounts(name: string): boolean {
    return (
      FORMS.has(name) ||
      name === TORNADO ||
      name === NAMED_ROUTE ||
      (name.startsWith('gradio.') && GRADIO.test(name))
    );
  }

  /** Returns where the call mounts its view, when it mounts a single one. */
  hear(call: Call): Mount | null {
    if (this.#mounted > MOST_ROUTES) return null;
    this.#engine = call.frame.engine;
    const form = FORMS.get(call.name);
    if (form !== undefined) {
      const route = call.constant(form.route, form.routeName);
      const view = call.arg(form.view, form.viewName);
      if (view !== null) {
        const named = form.framework === 'pyramid' ? this.#engine.namedRoutes.get(String(route)) : route;
        const mount: Mount = {
          framework: form.framework,
          route: typeof named === 'string' ? named : null,
          methods: form.methods ?? methodsGiven(call, form),
        };
        this.#mount(call, view, mount);
        return mount;
      }
    } else if (call.name === TORNADO) this.#table(call);
    else if (call.name === NAMED_ROUTE) {
      const [name, pattern] = [call.constant(0, 'name'), call.constant(1, 'pattern')];
      if (typeof name === 'string' && typeof pattern === 'string')
        this.#engine.namedRoutes.set(name, pattern);
    } else {
      const view = call.arg(0, 'fn');
      if (view !== null) this.#mount(call, view, { framework: 'gradio', route: null, methods: ['POST'] });
    }
    return null;
  }

  /** All threads know what was mounted so far. What is mounted from here on, only the one that hears it. */
  settled(): void {
    this.#early.length = 0;
  }

  /**
   * Views that were looked at before it was known that they are mounted, and are to be looked at again; and those that
   * another thread looks at, which does not know that.
   */
  late(): FunctionCode[] {
    const unseen = this.#early.splice(0).filter((fn) => this.#engine?.wasRun(fn) === false);
    return [...this.#late.splice(0), ...unseen];
  }

  // `Application([(r'/item/(.*)', Item), …], store=Store())`
  #table(call: Call): void {
    for (const [key, value] of call.args.keywords)
      call.frame.engine.kept.keep(
        call.frame,
        call.state,
        `tornado.Handler.application.settings['${key}']`,
        value,
      );
    const [ref] = call.arg(0, 'handlers')?.refs ?? [];
    const rows = ref?.k === 'obj' ? (call.frame.obj(call.state, ref.id)?.elems ?? []) : [];
    for (const row of rows) {
      const [inner] = row.refs;
      const [pattern, handler] =
        (inner?.k === 'obj' ? call.frame.obj(call.state, inner.id)?.elems : null) ?? [];
      const route = pattern === undefined ? undefined : onlyConstant(pattern);
      if (handler !== undefined)
        this.#mount(call, handler, {
          framework: 'tornado',
          route: typeof route === 'string' ? route : null,
          methods: [],
        });
    }
  }

  #mount(call: Call, view: Val, mount: Mount): void {
    const engine = this.#engine;
    if (engine === null) return;
    const one = (fn: FunctionCode): void => {
      if (engine.mounts.has(fn)) return;
      engine.mounts.set(fn, mount);
      (engine.wasRun(fn) ? this.#late : this.#early).push(fn);
    };
    const whole = (cls: ClassShape): void => {
      if (engine.mountedClasses.has(cls)) return;
      engine.mountedClasses.set(cls, mount);
      for (const method of cls.methods.values())
        (engine.wasRun(method) ? this.#late : this.#early).push(method);
    };
    for (const ref of view.refs) {
      this.#mounted++;
      if (ref.k === 'fn') one(ref.fn);
      else if (ref.k === 'cls') whole(ref.cls);
      else if (ref.k === 'bound' && ref.fn !== null) one(ref.fn);
      else if (ref.k === 'obj') {
        const cls = call.frame.obj(call.state, ref.id)?.cls;
        if (cls) whole(cls);
      }
    }
  }
}

const methodsGiven = (call: Call, form: Form): string[] => {
  const at = form.methodAt === undefined ? undefined : call.constant(form.methodAt, 'method');
  if (typeof at === 'string') return at === '*' ? [] : [at.toUpperCase()];
  const [ref] = (form.methodsName === undefined ? null : call.arg(-1, form.methodsName))?.refs ?? [];
  const listed = ref?.k === 'obj' ? (call.frame.obj(call.state, ref.id)?.elems ?? []) : [];
  return listed.slice(0, 20).flatMap((each) => {
    const text = onlyConstant(each);
    return typeof text === 'string' ? [text.toUpperCase()] : [];
  });
};
