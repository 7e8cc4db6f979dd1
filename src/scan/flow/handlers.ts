import type { ParameterPlace } from '../../core/index.ts';
import { type ClassShape, type Decorator, type FunctionCode, OP } from '../lower/ir.ts';
import { type AnnotatedParameter, annotatedParameters } from './annotated.ts';
import { narrow } from './attributes.ts';
import { wholeAndHarmless } from './builtins.ts';
import type { Engine } from './engine.ts';
import type { Mount, Prefix } from './frame.ts';
import { extendTrail, type Origin } from './taint.ts';
import { external, UNKNOWN, type Val } from './value.ts';

/** A function that a framework calls with what came in: its mount and what its parameters hold. */
export interface Handler {
  mount: Mount | null;
  params: ReadonlyMap<string, Val>;
  /** Parameters that hold an object of a class of the project, filled from the body. */
  models?: ReadonlyMap<string, ClassShape>;
  /** Parameters that a function or class of the project fills, which the framework calls like a handler. */
  depends?: ReadonlyMap<string, FunctionCode | ClassShape>;
}

/** What field `name` of such an object holds: a number is harmless, anything else came from outside. */
export const fieldOf = (annotation: string, value: Val, name: string): Val =>
  NUMERIC.test(annotation) ? UNKNOWN : { ...value, taints: narrow(value.taints, name) };

const VERBS = /^(get|post|put|delete|patch|head|options)$/;
const NUMERIC =
  /^(builtins\.)?(int|float|bool|Decimal|UUID|date|datetime|conint|PositiveInt|NonNegativeInt)$|(^|\.)(UUID|UUID4|date|datetime|timedelta|PositiveInt|Decimal|Enum|IntEnum)$|^Literal/;

/** What is known of `fn` as a handler of the web, or null when it is none. */
export const handlerOf = (engine: Engine, fn: FunctionCode): Handler | null => {
  for (const decorator of fn.decorators) {
    const handler = decorated(engine, fn, decorator);
    if (handler !== null) return handler;
  }
  const mount = engine.mounts.get(fn) ?? null;
  if (mount !== null) {
    if (mount.framework === 'gradio') return { mount, params: everyParameter(fn, 'message', 'gradio') };
    return mount.framework === 'fastapi'
      ? {
          mount,
          params: apiParameters(engine, fn, mount),
          models: bodyModels(engine, fn),
          depends: dependencies(engine, fn),
        }
      : viewHandler(engine, fn, mount);
  }
  const graph = resolver(engine, fn);
  if (graph !== null) return graph;
  if (fn.owner !== null) return methodHandler(engine, fn, fn.owner);
  return plainHandler(engine, fn);
};

const globalName = (
  engine: Engine,
  { module }: Pick<AnnotatedParameter, 'module'>,
  dotted: string,
): string => {
  const [head = '', ...rest] = dotted.split('.');
  const value = engine.module(module.name)?.globals.get(head.replace('()', ''));
  const [ref] = value?.refs ?? [];
  if (ref?.k === 'ext') return engine.registry.resolve([ref.name, ...rest].join('.'));
  return dotted;
};

const rootName = (engine: Engine, fn: FunctionCode, decorator: Decorator): string => {
  const dot = decorator.name.lastIndexOf('.');
  return dot < 0
    ? globalName(engine, fn, decorator.name)
    : `${globalName(engine, fn, decorator.name.slice(0, dot))}${decorator.name.slice(dot)}`;
};

const frameworkOf = (name: string): string | null => {
  const match =
    /^(flask|quart|fastapi|starlette|aiohttp|bottle|sanic|dash|django|tornado|streamlit|gradio|falcon|cherrypy|chalice|litestar|flask_restful|flask_restx|fastmcp|mcp)\b/.exec(
      name.toLowerCase(),
    );
  return match?.[1] ?? null;
};

const imported = (fn: FunctionCode, prefix: string): boolean => {
  for (const name of fn.module.imports) if (name === prefix || name.startsWith(`${prefix}.`)) return true;
  return false;
};

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
  'tornado',
];

const decorated = (engine: Engine, fn: FunctionCode, decorator: Decorator): Handler | null => {
  const name = rootName(engine, fn, decorator);
  const verb = name.slice(name.lastIndexOf('.') + 1);
  const known = frameworkOf(name);
  if ((verb === 'expose' || verb === 'exposed') && (known === 'cherrypy' || imported(fn, 'cherrypy'))) {
    const route = `/${fn.name === 'index' || fn.name === 'default' ? '' : fn.name}`;
    return {
      mount: { framework: 'cherrypy', route, methods: [] },
      params: everyParameter(fn, 'any', 'cherrypy'),
    };
  }
  if (verb === 'callback' && (known === 'dash' || imported(fn, 'dash'))) {
    return {
      mount: { framework: 'dash', route: '/_dash-update-component', methods: ['POST'] },
      params: everyParameter(fn, 'body', 'dash'),
    };
  }
  const routes =
    verb === 'route' || verb === 'api_route' || VERBS.test(verb) || verb === 'websocket' || verb === 'view';
  if (!routes || !decorator.called || (!decorator.name.includes('.') && known === null)) return null;
  const framework = known ?? WEB.find((each) => imported(fn, each)) ?? null;
  if (framework === null) return null;
  const written =
    decorator.args[0] ?? decorator.keywords.get('path')?.[0] ?? decorator.keywords.get('rule')?.[0] ?? null;
  const route = underPrefix(engine.prefixes.get(decorator), written);
  const named = decorator.keywords.get('methods') ?? decorator.keywords.get('method');
  const methods = VERBS.test(verb)
    ? [verb.toUpperCase()]
    : (named ?? []).flatMap((method) => (method === null ? [] : [method.toUpperCase()]));
  if (methods.length === 0 && framework !== 'fastapi') methods.push('GET');
  const mount: Mount = { framework, route, methods: methods.slice(0, 20) };
  if (/HTMLResponse$/.test(decorator.keywords.get('response_class')?.[0] ?? '')) mount.page = true;
  return framework === 'fastapi' || framework === 'starlette' || framework === 'litestar'
    ? {
        mount,
        params: apiParameters(engine, fn, mount),
        models: bodyModels(engine, fn),
        depends: dependencies(engine, fn),
      }
    : viewHandler(engine, fn, mount);
};

/** The whole route of a view below `prefix`; null when its own part is not known. */
export const underPrefix = (prefix: Prefix | undefined, route: string | null): string | null => {
  if (prefix === undefined || prefix.text === '' || route === null) return route;
  if (!prefix.joined) return prefix.text + route;
  const before = prefix.text.endsWith('/') ? prefix.text.slice(0, -1) : prefix.text;
  return route === '' ? prefix.text : `${before}/${route.startsWith('/') ? route.slice(1) : route}`;
};

const source = (
  fn: FunctionCode,
  mount: Mount | null,
  framework: string,
  where: ParameterPlace,
  name: string | null,
): Val => {
  const place = { file: fn.module.file, start: fn.start, end: Math.min(fn.end, fn.start + 200) };
  const says =
    where === 'path' ? `a part of the path (${framework})` : `parameter ${name ?? ''} (${framework})`;
  const origin: Origin = {
    id: `${place.file}:${place.start}:${name}`,
    kind: 'web',
    web: {
      framework,
      route: mount?.route ?? null,
      methods: mount?.methods ?? [],
      parameter: { in: where, name },
    },
    says,
    place,
    symbol: -1,
  };
  return {
    ...UNKNOWN,
    taints: [{ origin, safe: 0, weak: false, trail: extendTrail(null, place, `comes in as ${says}`) }],
  };
};

const REQUESTS: Record<string, string> = {
  django: 'django.http.HttpRequest',
  aiohttp: 'aiohttp.web.Request',
  starlette: 'starlette.requests.Request',
  fastapi: 'starlette.requests.Request',
  sanic: 'sanic.Request',
};

const typed = (engine: Engine, param: AnnotatedParameter): string =>
  param.annotation === '' ? '' : globalName(engine, param, param.annotation);

const routeKind = (route: string | null, name: string): 'none' | 'safe' | 'text' => {
  if (route === null) return 'none';
  const match = new RegExp(
    `[<{](?:(\\w{1,30})(?:\\([^)]{0,100}\\))?:)?${name.replace(/\W/g, '')}(?::(\\w{1,30}))?[>}]`,
  ).exec(route);
  if (match === null) return 'none';
  return /^(int|float|uuid)$/.test(match[1] ?? match[2] ?? '') ? 'safe' : 'text';
};

/** Flask, Django, aiohttp, Bottle: the request object and the parts of the path. */
const viewHandler = (engine: Engine, fn: FunctionCode, mount: Mount): Handler => {
  const params = new Map<string, Val>();
  for (const param of fn.params) {
    if (param.name === 'self' || param.name === 'cls') continue;
    if (param.kind === 'star') continue;
    const request = REQUESTS[mount.framework];
    if ((param.name === 'request' || param.name === 'req') && request !== undefined)
      params.set(param.name, external(engine.registry.resolve(request)));
    else if (routeKind(mount.route, param.name) === 'text')
      params.set(param.name, source(fn, mount, mount.framework, 'path', param.name));
    else if (
      mount.route === null &&
      mount.framework === 'django' &&
      !param.hasDefault &&
      !NUMERIC.test(param.annotation) &&
      !/(^|_)(id|pk)$/.test(param.name)
    ) {
      params.set(param.name, source(fn, mount, 'django', 'path', param.name));
    }
  }
  return { mount, params };
};

const MARKERS: Record<string, ParameterPlace> = {
  Query: 'query',
  Path: 'path',
  Form: 'form',
  Header: 'header',
  Cookie: 'cookie',
  Body: 'body',
  File: 'file',
};

/** FastAPI: parameters by marker, annotation and route. */
const apiParameters = (engine: Engine, fn: FunctionCode, mount: Mount): ReadonlyMap<string, Val> => {
  const params = new Map<string, Val>();
  for (const param of annotatedParameters(engine, fn)) {
    if (param.name === 'self') continue;
    const annotation = typed(engine, param);
    const marker = param.marker?.name.split('.').at(-1) ?? '';
    if (marker === 'Depends' || marker === 'Security') continue;
    if (/(^|\.)(Request|WebSocket)$/.test(annotation)) {
      params.set(param.name, external('starlette.requests.Request'));
      continue;
    }
    if (/(^|\.)\w{0,30}Response$/.test(annotation)) {
      params.set(param.name, external('starlette.responses.Response()'));
      continue;
    }
    if (/(Session|BackgroundTasks|AsyncSession|Connection)$/.test(annotation)) continue;
    const pattern = param.marker?.keywords.get('pattern') ?? param.marker?.keywords.get('regex');
    if (pattern?.[0] != null && wholeAndHarmless(pattern[0], false)) continue;
    if (/(^|\.)UploadFile$/.test(annotation)) {
      params.set(param.name, {
        ...source(fn, mount, mount.framework, 'file', param.name),
        refs: [{ k: 'ext', name: 'werkzeug.FileStorage' }],
      });
      continue;
    }
    if (
      NUMERIC.test(annotation) ||
      /(^|\.)Literal\[/.test(annotation) ||
      param.kind === 'star' ||
      param.kind === 'stars' ||
      enumLike(engine, param)
    )
      continue;
    const inPath = routeKind(mount.route, param.name) !== 'none';
    const where =
      MARKERS[marker] ??
      (inPath
        ? 'path'
        : /^(str|bytes|list\[|List\[|)/.test(annotation) && isPlain(annotation)
          ? 'query'
          : 'body');
    params.set(param.name, source(fn, mount, mount.framework, where, where === 'body' ? null : param.name));
  }
  return params;
};

const isPlain = (annotation: string): boolean =>
  annotation === '' || /^(builtins\.)?(str|bytes|list|set|List|Set)\b/.test(annotation);

const bodyModels = (engine: Engine, fn: FunctionCode): ReadonlyMap<string, ClassShape> => {
  const models = new Map<string, ClassShape>();
  for (const param of annotatedParameters(engine, fn)) {
    const [ref] = engine.module(param.module.name)?.globals.get(param.annotation)?.refs ?? [];
    if (ref?.k !== 'cls') continue;
    if (engine.externalBases(ref.cls).some((base) => /(^|\.)(BaseModel|SQLModel|Struct)$/.test(base)))
      models.set(param.name, ref.cls);
  }
  return models;
};

const DEPENDS = /(^|\.)(Depends|Security)$/;

const dependencies = (engine: Engine, fn: FunctionCode): ReadonlyMap<string, FunctionCode | ClassShape> => {
  const out = new Map<string, FunctionCode | ClassShape>();
  for (const { name, marker, annotation, module } of annotatedParameters(engine, fn)) {
    if (marker === null || !DEPENDS.test(marker.name)) continue;
    const wanted = marker.args[0] ?? marker.keywords.get('dependency')?.[0] ?? annotation;
    const [head = '', ...rest] = wanted.split('.');
    let ref = engine.module(module.name)?.globals.get(head)?.refs[0];
    for (const part of rest)
      ref = ref?.k === 'mod' ? engine.module(ref.mod.name)?.globals.get(part)?.refs[0] : undefined;
    if (ref?.k === 'fn') out.set(name, ref.fn);
    else if (ref?.k === 'cls') out.set(name, ref.cls);
  }
  return out;
};

const enumLike = (engine: Engine, param: AnnotatedParameter): boolean => {
  const value = engine.module(param.module.name)?.globals.get(param.annotation);
  const [ref] = value?.refs ?? [];
  return (
    ref?.k === 'cls' &&
    engine.externalBases(ref.cls).some((base) => /(^|\.)(Enum|StrEnum|IntEnum)$/.test(base))
  );
};

const everyParameter = (
  fn: FunctionCode,
  where: ParameterPlace,
  framework: string,
): ReadonlyMap<string, Val> => {
  const params = new Map<string, Val>();
  for (const param of fn.params) {
    if (param.name === 'self' || NUMERIC.test(param.annotation)) continue;
    params.set(param.name, source(fn, null, framework, where, param.name));
  }
  return params;
};

/** What Django calls of a generic view, with the request as an attribute. */
const HOOKS =
  /^(form_(in)?valid|get_(queryset|object|context_data|form_kwargs|initial|success_url|redirect_url|template_names))$/;

/** Class-based views: methods named after the verbs, whose request is an argument or an attribute. */
const methodHandler = (engine: Engine, fn: FunctionCode, owner: ClassShape): Handler | null => {
  const bases = engine.externalBases(owner).join(' ');
  const isVerb = VERBS.test(fn.name);
  const mounted = engine.mountedClasses.get(owner);
  if (/tornado\.web|tornado\.Handler/.test(bases)) {
    const mount = {
      framework: 'tornado',
      route: mounted?.route ?? null,
      methods: isVerb ? [fn.name.toUpperCase()] : [],
    };
    return { mount, params: isVerb ? restOf(fn, mount) : new Map() };
  }
  if (/django|rest_framework/.test(bases)) {
    const mount: Mount = {
      framework: 'django',
      route: mounted?.route ?? null,
      methods: isVerb ? [fn.name.toUpperCase()] : /^form_(in)?valid$/.test(fn.name) ? ['POST'] : [],
    };
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
        params.set(param.name, source(fn, mount, 'django', 'path', param.name));
      }
    }
    const hook = mounted !== undefined && HOOKS.test(fn.name);
    return params.size > 0 || isVerb || hook ? { mount, params } : null;
  }
  if (isVerb && /(^|\s)(flask|quart|sanic|aiohttp|falcon|starlette)/.test(bases)) {
    const framework = frameworkOf(bases.trim()) ?? 'flask';
    const mount: Mount = { framework, route: mounted?.route ?? null, methods: [fn.name.toUpperCase()] };
    return {
      mount,
      params: framework === 'flask' ? restOf(fn, mount) : viewHandler(engine, fn, mount).params,
    };
  }
  return null;
};

const restOf = (fn: FunctionCode, mount: Mount): ReadonlyMap<string, Val> => {
  const params = new Map<string, Val>();
  for (const param of fn.params.slice(1)) {
    if (
      param.kind !== 'plain' ||
      NUMERIC.test(param.annotation) ||
      routeKind(mount.route, param.name) === 'safe'
    )
      continue;
    if (mount.route === null && /(^|_)id$/.test(param.name)) continue;
    params.set(param.name, source(fn, mount, mount.framework, 'path', param.name));
  }
  return params;
};

const GRAPH = /^(graphene|strawberry|ariadne)(\.|$)/;

/** Resolvers of GraphQL: what they take beside the parent and the context comes in with the query. */
const resolver = (engine: Engine, fn: FunctionCode): Handler | null => {
  const bases = fn.owner === null ? [] : engine.externalBases(fn.owner);
  const named = /^(resolve_|mutate$|subscribe_)/.test(fn.name) && bases.some((base) => GRAPH.test(base));
  const marked = fn.decorators.some(
    (each) =>
      /(^|\.)(field|mutation|subscription)$/.test(each.name) && GRAPH.test(rootName(engine, fn, each)),
  );
  if (!named && !marked) return null;
  const mount: Mount = { framework: 'graphql', route: null, methods: ['POST'] };
  const params = new Map<string, Val>();
  for (const param of fn.params) {
    if (/^(self|cls|root|parent|obj|_|info)$/.test(param.name) || NUMERIC.test(param.annotation)) continue;
    params.set(param.name, source(fn, mount, 'graphql', 'body', param.name));
  }
  return { mount, params };
};

const ANSWERS =
  /^(render|redirect|Http404|get_object_or_404|\w{0,30}Response(Redirect|BadRequest|NotFound)?)$/;

/** Whether a function makes an answer of its own, as views do, and takes nothing that only other code can give it. */
const answers = (fn: FunctionCode): boolean =>
  !fn.name.startsWith('_') &&
  !fn.params.some(({ name }) =>
    /^(user|response|exception|exc|error|form|obj|instance|queryset|view|callback)$/.test(name),
  ) &&
  fn.blocks.some(({ instrs }) => instrs.some((instr) => instr.op === OP.global && ANSWERS.test(instr.name)));

/** Functions known by their signature alone: Django and aiohttp views, handlers of AWS Lambda. */
const plainHandler = (engine: Engine, fn: FunctionCode): Handler | null => {
  const [first, second] = fn.params;
  if (first === undefined) return null;
  if (fn.outer === null && first.name === 'event' && second?.name === 'context' && fn.params.length === 2) {
    const mount: Mount = { framework: 'aws-lambda', route: null, methods: [] };
    return { mount, params: new Map([['event', source(fn, mount, 'aws-lambda', 'body', null)]]) };
  }
  if (/^(environ|env)$/.test(first.name) && second?.name === 'start_response') {
    const mount: Mount = { framework: 'wsgi', route: null, methods: [] };
    return { mount, params: new Map([[first.name, source(fn, mount, 'wsgi', 'any', null)]]) };
  }
  const annotation = typed(engine, { ...first, module: fn.module });
  if (first.name !== 'request' && first.name !== 'req' && !/Request$/.test(annotation)) return null;
  const framework =
    /(^|\.)HttpRequest$/.test(annotation) || imported(fn, 'django') || imported(fn, 'rest_framework')
      ? 'django'
      : /aiohttp/.test(annotation) || imported(fn, 'aiohttp')
        ? 'aiohttp'
        : /starlette|fastapi/.test(annotation) || imported(fn, 'starlette') || imported(fn, 'fastapi')
          ? 'starlette'
          : /sanic/.test(annotation) || imported(fn, 'sanic')
            ? 'sanic'
            : null;
  const request = framework === null ? undefined : REQUESTS[framework];
  if (framework === null || request === undefined) return null;
  // Where the project shows no routes, what a view takes beside the request is a part of the path.
  if (framework === 'django' && fn.outer === null && engine.mounts.size === 0 && answers(fn))
    return viewHandler(engine, fn, { framework, route: null, methods: [] });
  const params = new Map<string, Val>([[first.name, external(engine.registry.resolve(request))]]);
  return { mount: { framework, route: null, methods: [] }, params };
};
