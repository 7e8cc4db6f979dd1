import type { ParameterPlace } from '../../../core/index.ts';
import type { Decorator, FunctionCode } from '../../lower/ir.ts';
import type { Engine } from '../engine.ts';
import type { Mount } from '../frame.ts';
import { external } from '../value.ts';
import { apiHandler } from './api.ts';
import {
  everyParameter,
  frameworkOf,
  givenTo,
  globalName,
  type Handler,
  imported,
  requestOf,
  rootName,
  VERBS,
} from './handler.ts';
import { underPrefix } from './routes.ts';
import { viewHandler } from './views.ts';

const WEB = [
  'flask',
  'quart',
  'fastapi',
  'starlette',
  'bottle',
  'sanic',
  'aiohttp',
  'dash',
  'django',
  'ninja',
  'robyn',
  'tornado',
];

/** Frameworks that give a function its arguments by annotation. */
export const BY_ANNOTATION = new Set(['fastapi', 'starlette', 'litestar', 'ninja', 'nicegui']);

/** Decorators that hand every argument over as it comes in from outside. */
const HANDS_OVER: readonly {
  name: RegExp;
  framework: string;
  where: ParameterPlace;
  route?: string;
  except?: RegExp;
}[] = [
  {
    name: /^dash\.(\w+\.)*(Dash\(\)\.)?callback$/,
    framework: 'dash',
    where: 'body',
    route: '/_dash-update-component',
  },
  {
    name: /^(flask_socketio\.SocketIO|socketio\.\w+)\(\)\.(on|event)$/,
    framework: 'socketio',
    where: 'message',
    except: /^(sid|reason|auth)$/,
  },
  {
    name: /^(fastmcp|mcp)\.[\w.()]*\.(tool|resource|prompt)$/,
    framework: 'mcp',
    where: 'message',
    except: /^(ctx|context)$/,
  },
  {
    name: /^discord\.[\w.()]*\.(command|slash_command|hybrid_command)$/,
    framework: 'discord',
    where: 'message',
    except: /^(ctx|context|interaction)$/,
  },
];

/** Decorators that make a WSGI application of a function of the request. */
const APPLICATIONS = [
  {
    name: /^werkzeug\.(wrappers\.)?Request\.application$/,
    framework: 'flask',
    request: 'werkzeug.wrappers.Request()',
  },
  { name: /^webob\.dec\.wsgify$/, framework: 'pyramid', request: 'webob.Request' },
];

/** What `decorator` says of `fn` as a handler of the web, or null when it says nothing. */
export const decorated = (engine: Engine, fn: FunctionCode, decorator: Decorator): Handler | null => {
  const name = rootName(engine, fn, decorator);
  const verb = name.slice(name.lastIndexOf('.') + 1);
  const known = frameworkOf(name);
  if ((verb === 'expose' || verb === 'exposed') && (known === 'cherrypy' || imported(fn, 'cherrypy')))
    return exposed(engine, fn);
  const rule = HANDS_OVER.find((each) => each.name.test(name));
  if (rule !== undefined || (verb === 'callback' && imported(fn, 'dash'))) {
    const { framework, where, route, except } = rule ?? HANDS_OVER[0] ?? { framework: 'dash', where: 'body' };
    const mount: Mount = { framework, route: route ?? null, methods: where === 'body' ? ['POST'] : [] };
    return { mount, params: everyParameter(fn, where, mount, except) };
  }
  if (name === 'functions_framework.http') {
    const mount: Mount = { framework: 'flask', route: null, methods: [] };
    const request = requestOf(engine, 'functions_framework');
    const [first] = fn.params;
    return { mount, params: new Map(first === undefined || request === null ? [] : [[first.name, request]]) };
  }
  const application = APPLICATIONS.find((each) => each.name.test(name));
  if (application !== undefined) {
    const request = givenTo(fn).at(-1);
    const known = external(engine.registry.resolve(application.request));
    const mount: Mount = { framework: application.framework, route: null, methods: [], page: false };
    return { mount, params: new Map(request === undefined ? [] : [[request.name, known]]) };
  }
  if (/^pyramid\.view\.(view_config|\w+_view_config)$/.test(name)) return pyramid(engine, fn, decorator);
  // Pages of errors repeat what was asked for.
  if (/^(errorhandler|app_errorhandler|error)$/.test(verb) && known !== null && ERROR_PAGES.has(known))
    return { mount: { framework: known, route: null, methods: [] }, params: new Map() };
  return routed(engine, fn, decorator, verb, known);
};

const ERROR_PAGES = new Set(['flask', 'quart', 'bottle']);

/** CherryPy: the query and the form fill the parameters. */
export const exposed = (_engine: Engine, fn: FunctionCode): Handler => {
  const route = `/${fn.name === 'index' || fn.name === 'default' ? '' : fn.name}`;
  const mount: Mount = { framework: 'cherrypy', route, methods: [] };
  if (fn.decorators.some(({ name }) => /(^|\.)(json_out|json_handler)$/.test(name.replace('()', ''))))
    mount.page = false;
  return { mount, params: everyParameter(fn, 'any', mount) };
};

const pyramid = (engine: Engine, fn: FunctionCode, decorator: Decorator): Handler => {
  const named = decorator.keywords.get('route_name')?.[0] ?? null;
  const methods = (decorator.keywords.get('request_method') ?? []).flatMap((each) =>
    each === null ? [] : [each.toUpperCase()],
  );
  const route = named === null ? null : (engine.namedRoutes.get(named) ?? null);
  return viewHandler(engine, fn, { framework: 'pyramid', route, methods });
};

const routed = (
  engine: Engine,
  fn: FunctionCode,
  decorator: Decorator,
  verb: string,
  known: string | null,
): Handler | null => {
  const routes =
    /^(route|api_route|websocket|view|page|trace|websocket_route|websocket_listener)$/.test(verb) ||
    VERBS.test(verb);
  if (!routes || !decorator.called || (!decorator.name.includes('.') && known === null)) return null;
  if (verb === 'page' && known !== 'nicegui') return null;
  const framework = known ?? WEB.find((each) => imported(fn, each)) ?? null;
  if (framework === null) return null;
  const written =
    decorator.args[0] ??
    ['path', 'rule', 'route', 'uri']
      .map((key) => decorator.keywords.get(key)?.[0])
      .find((each) => each != null) ??
    null;
  const route = underPrefix(engine.prefixes.get(decorator), written);
  const named = decorator.keywords.get('methods') ?? decorator.keywords.get('method');
  const methods = VERBS.test(verb)
    ? [verb.toUpperCase()]
    : (named ?? []).flatMap((method) => (method === null ? [] : [method.toUpperCase()]));
  if (methods.length === 0 && framework !== 'fastapi') methods.push('GET');
  const mount: Mount = { framework, route, methods: methods.slice(0, 20) };
  const answer =
    decorator.keywords.get('response_class')?.[0] ?? decorator.keywords.get('media_type')?.[0] ?? '';
  if (/HTMLResponse$|MediaType\.HTML$|^text\/html/.test(globalName(engine, fn, answer))) mount.page = true;
  return BY_ANNOTATION.has(framework) ? apiHandler(engine, fn, mount) : viewHandler(engine, fn, mount);
};
