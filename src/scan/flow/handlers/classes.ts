import type { ParameterPlace } from '../../../core/index.ts';
import type { ClassShape, FunctionCode } from '../../lower/ir.ts';
import type { Engine } from '../engine.ts';
import type { Mount } from '../frame.ts';
import { external, type Val } from '../value.ts';
import { exposed } from './decorated.ts';
import {
  frameworkOf,
  givenTo,
  type Handler,
  imported,
  NUMERIC,
  requestOf,
  rootName,
  source,
  VERBS,
} from './handler.ts';
import { routeKind } from './routes.ts';
import { restOf, viewHandler } from './views.ts';

/** What Django calls of a generic view, with the request as an attribute. */
const HOOKS =
  /^(form_(in)?valid|get_(queryset|object|context_data|form_kwargs|initial|success_url|redirect_url|template_names))$/;

interface Callback {
  /** Names of the library classes that the class inherits from. */
  bases: RegExp;
  method: RegExp;
  framework: string;
  /** Arguments that come from outside, by position; the others are the framework's own. */
  from: readonly number[];
  where: ParameterPlace;
  /** The argument that is a request object, and as what the models know it. */
  request?: readonly [number, string];
}

/** Methods that a library calls with what came over the wire. */
const CALLBACKS: readonly Callback[] = [
  {
    bases: /tornado\.websocket|tornado\.Handler/,
    method: /^on_message$/,
    framework: 'tornado',
    from: [0],
    where: 'message',
  },
  {
    bases: /channels\.generic/,
    method: /^(receive(_json)?|websocket_receive|http_request|handle)$/,
    framework: 'channels',
    from: [0, 1],
    where: 'message',
  },
  {
    bases: /(starlette|fastapi)\.endpoints\.WebSocketEndpoint/,
    method: /^on_(connect|receive|disconnect)$/,
    framework: 'starlette',
    from: [1],
    where: 'message',
    request: [0, 'starlette.requests.Request'],
  },
  {
    bases: /(starlette|fastapi)\.middleware\.base\.BaseHTTPMiddleware/,
    method: /^dispatch$/,
    framework: 'starlette',
    from: [],
    where: 'any',
    request: [0, 'starlette.requests.Request'],
  },
  {
    bases: /^(asyncio\.(\w+\.)?\w*Protocol|twisted\.(internet\.protocol|protocols)\.\S+)$/,
    method: /^(data_received|datagram_received|dataReceived|lineReceived|stringReceived|datagramReceived)$/,
    framework: 'socket',
    from: [0],
    where: 'message',
  },
  {
    bases: /_pb2_grpc\.\w+Servicer$/,
    method: /^[A-Z]/,
    framework: 'grpc',
    from: [0],
    where: 'message',
  },
  {
    bases: /^twisted\.web\.resource\.Resource$/,
    method: /^(render|render_[A-Z]+|getChild)$/,
    framework: 'twisted',
    from: [],
    where: 'any',
    request: [-1, 'twisted.web.Request'],
  },
  {
    bases: /^(socketio|flask_socketio)\.\w*Namespace$/,
    method: /^on_/,
    framework: 'socketio',
    from: [0, 1, 2],
    where: 'message',
  },
];

const called = (engine: Engine, fn: FunctionCode, owner: ClassShape): Handler | null => {
  const bases = engine.externalBases(owner);
  const rule = CALLBACKS.find(
    (each) => each.method.test(fn.name) && bases.some((base) => each.bases.test(base)),
  );
  if (rule === undefined) return null;
  const mount: Mount = {
    framework: rule.framework,
    route: engine.mountedClasses.get(owner)?.route ?? null,
    methods: [],
  };
  const params = new Map<string, Val>();
  const given = givenTo(fn);
  for (const i of rule.from) {
    const param = given[i];
    if (param !== undefined && !/^(sid|self)$/.test(param.name))
      params.set(param.name, source(fn, mount, rule.where, param.name));
  }
  const request = rule.request === undefined ? undefined : given.at(rule.request[0]);
  if (request !== undefined && rule.request !== undefined)
    params.set(request.name, external(rule.request[1]));
  return { mount, params };
};

/** Class-based views: methods named after the verbs, whose request is an argument or an attribute. */
export const methodHandler = (engine: Engine, fn: FunctionCode, owner: ClassShape): Handler | null => {
  const bases = engine.externalBases(owner).join(' ');
  const isVerb = VERBS.test(fn.name);
  const mounted = engine.mountedClasses.get(owner);
  const callback = called(engine, fn, owner);
  if (callback !== null) return callback;
  if (/tornado\.web|tornado\.Handler|tornado\.websocket/.test(bases)) {
    const mount = {
      framework: 'tornado',
      route: mounted?.route ?? null,
      methods: isVerb ? [fn.name.toUpperCase()] : [],
    };
    return { mount, params: isVerb || fn.name === 'open' ? restOf(fn, mount) : new Map() };
  }
  if (/django|rest_framework/.test(bases)) return djangoMethod(engine, fn, owner);
  if (isVerb && /(^|\s)(flask|quart|sanic|aiohttp|starlette|robyn)/.test(bases)) {
    const framework = frameworkOf(bases.trim()) ?? 'flask';
    const mount: Mount = {
      framework: framework.startsWith('flask') ? 'flask' : framework,
      route: mounted?.route ?? null,
      methods: [fn.name.toUpperCase()],
    };
    const view = viewHandler(engine, fn, mount);
    if (mount.framework !== 'flask' && mount.framework !== 'quart') return view;
    const rest = [...restOf(fn, mount)].filter(([name]) => !view.dicts?.has(name));
    return { ...view, params: new Map([...rest, ...view.params]) };
  }
  return bare(engine, fn, owner);
};

const djangoMethod = (engine: Engine, fn: FunctionCode, owner: ClassShape): Handler | null => {
  const isVerb = VERBS.test(fn.name);
  const mounted = engine.mountedClasses.get(owner);
  const mount: Mount = {
    framework: 'django',
    route: mounted?.route ?? null,
    methods: isVerb ? [fn.name.toUpperCase()] : /^form_(in)?valid$/.test(fn.name) ? ['POST'] : [],
  };
  if (drawsPages(engine, fn, owner)) mount.page = true;
  const params = new Map<string, Val>();
  for (const param of fn.params) {
    if (param.name === 'request') params.set('request', external('django.http.HttpRequest'));
    else if (
      isVerb &&
      param.name !== 'self' &&
      param.kind === 'plain' &&
      !/(^|_)(id|pk)$/.test(param.name) &&
      !NUMERIC.test(param.annotation) &&
      routeKind(mount.route, param.name) !== 'safe'
    ) {
      params.set(param.name, source(fn, mount, 'path', param.name));
    }
  }
  const form = /^form_(in)?valid$/.test(fn.name) ? givenTo(fn)[0] : undefined;
  if (form !== undefined) {
    const [ref] = engine.findField(owner, 'form_class')?.refs ?? [];
    const forms = new Map([[form.name, ref?.k === 'cls' ? ref.cls : null]]);
    params.set(form.name, source(fn, mount, 'form', null));
    return { mount, params, forms };
  }
  const hook = mounted !== undefined && HOOKS.test(fn.name);
  return params.size > 0 || isVerb || hook ? { mount, params } : null;
};

const PAGES = /(^|\.)(StaticHTMLRenderer|TemplateHTMLRenderer|HTMLRenderer)$/;

/** REST framework: whether what the view answers is put into a page as it is. */
const drawsPages = (engine: Engine, fn: FunctionCode, owner: ClassShape): boolean => {
  const own = fn.decorators.flatMap((each) => each.keywords.get('renderer_classes') ?? []);
  if (own.length > 0) return own.some((each) => each !== null && PAGES.test(each));
  const [ref] = engine.findField(owner, 'renderer_classes')?.refs ?? [];
  const listed = ref?.k === 'obj' ? (engine.shared.get(ref.id, fn, engine.basis)?.elems ?? []) : [];
  return listed.some((each) => each.refs.some((one) => one.k === 'ext' && PAGES.test(one.name)));
};

const RESPONDER = /^on_(get|post|put|patch|delete|head|options|websocket)(_\w+)?$/;

/** Classes that inherit from nothing of their framework: known by where they are mounted, or by what they import. */
const bare = (engine: Engine, fn: FunctionCode, owner: ClassShape): Handler | null => {
  const mounted = engine.mountedClasses.get(owner);
  const given = givenTo(fn);
  if (
    RESPONDER.test(fn.name) &&
    given.length >= 2 &&
    (mounted?.framework === 'falcon' || imported(fn, 'falcon'))
  ) {
    const verb = RESPONDER.exec(fn.name)?.[1]?.toUpperCase() ?? '';
    const mount: Mount = {
      framework: 'falcon',
      route: mounted?.route ?? null,
      methods: verb === 'WEBSOCKET' ? ['GET'] : [verb],
    };
    const params = restOf(fn, mount, 2);
    const [request, response] = given;
    const known = requestOf(engine, 'falcon');
    if (request !== undefined && known !== null) params.set(request.name, known);
    if (response !== undefined) params.set(response.name, external('falcon.Response'));
    return { mount, params };
  }
  if (imported(fn, 'falcon') && /^process_(request|response|resource)$/.test(fn.name)) {
    const known = requestOf(engine, 'falcon');
    const [request] = given;
    if (request !== undefined && known !== null)
      return {
        mount: { framework: 'falcon', route: null, methods: [] },
        params: new Map([[request.name, known]]),
      };
  }
  if (isExposed(engine, owner) && /^[A-Z]{3,7}$/.test(fn.name)) return exposed(engine, fn);
  if (isPyramid(engine, owner)) {
    const request = given.find(({ name }) => name === 'request');
    const known = requestOf(engine, 'pyramid');
    if (fn.name === '__init__' && request !== undefined && known !== null)
      return { mount: null, params: new Map([[request.name, known]]) };
  }
  if (/^(__call__|process_(request|view|response|exception))$/.test(fn.name) && isMiddleware(owner)) {
    const request = given.find(({ name }) => name === 'request');
    const known = requestOf(engine, 'django');
    if (request !== undefined && known !== null)
      return {
        mount: { framework: 'django', route: null, methods: [] },
        params: new Map([[request.name, known]]),
      };
  }
  return null;
};

const isExposed = (engine: Engine, owner: ClassShape): boolean =>
  owner.decorators.some((each) => /(^|\.)expose$/.test(each.name)) ||
  (imported(owner.module.body, 'cherrypy') &&
    engine.findField(owner, 'exposed')?.consts.some((each) => each === true) === true);

const isPyramid = (engine: Engine, owner: ClassShape): boolean =>
  engine.mountedClasses.get(owner)?.framework === 'pyramid' ||
  (imported(owner.module.body, 'pyramid') &&
    [owner, ...owner.methods.values()].some(({ decorators }) =>
      decorators.some((each) => /^pyramid\.view\./.test(rootName(engine, owner.module.body, each))),
    ));

/** Django makes a middleware with the next part of the chain, whatever module it stands in. */
const isMiddleware = (owner: ClassShape): boolean =>
  owner.methods.get('__init__')?.params.some(({ name }) => name === 'get_response') === true;
