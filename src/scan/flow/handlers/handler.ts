import type { ParameterPlace } from '../../../core/index.ts';
import type { ClassShape, Decorator, FunctionCode, ModuleCode, Parameter } from '../../lower/ir.ts';
import { narrow } from '../attributes.ts';
import type { Engine } from '../engine.ts';
import type { Mount } from '../frame.ts';
import { CONTEXTS, extendTrail, makeSafe, type Origin } from '../taint.ts';
import { external, UNKNOWN, type Val } from '../value.ts';

/** A function that a framework calls with what came in: its mount and what its parameters hold. */
export interface Handler {
  mount: Mount | null;
  params: ReadonlyMap<string, Val>;
  /** Parameters that hold an object of a class of the project, filled from the body. */
  models?: ReadonlyMap<string, ClassShape>;
  /** Parameters that hold a form which the framework has filled: with its class, null when that is not known. */
  forms?: ReadonlyMap<string, ClassShape | null>;
  /** Parameters that hold a dict of values that the framework took out of the request. */
  dicts?: ReadonlyMap<string, ReadonlyMap<string, Val>>;
  /** Parameters that a function or class of the project fills, which the framework calls like a handler. */
  depends?: ReadonlyMap<string, FunctionCode | ClassShape>;
}

export const VERBS = /^(get|post|put|delete|patch|head|options)$/;
export const NUMERIC =
  /^(builtins\.)?(int|float|bool|Decimal|UUID|date|datetime|conint|PositiveInt|NonNegativeInt)$|(^|\.)(UUID|UUID[1-8]|date|datetime|timedelta|PositiveInt|NonNegativeInt|Decimal|Enum|IntEnum|IPv[46]Address|IPvAnyAddress)$|^Literal/;

/** What field `name` of such an object holds: a number is harmless, anything else came from outside. */
export const fieldOf = (annotation: string, value: Val, name: string): Val =>
  NUMERIC.test(annotation)
    ? UNKNOWN
    : {
        ...value,
        // A field that must be a text is no document of its own in a query.
        taints: TEXT.test(annotation)
          ? makeSafe(narrow(value.taints, name), CONTEXTS.nosql)
          : narrow(value.taints, name),
      };

const TEXT =
  /^((builtins\.)?(str|bytes)|(pydantic\.)?(\w*Str|\w*Bytes|\w*Url|con(str|bytes)(\(\))?|(File|Directory|New|Socket)Path))$/;

/** The parameters that a caller gives, without the object or class that a method is called on. */
export const givenTo = (fn: FunctionCode): readonly Parameter[] =>
  fn.owner === null || isStatic(fn) ? fn.params : fn.params.slice(1);

export const isStatic = (fn: FunctionCode): boolean =>
  fn.decorators.some(({ name }) => name === 'staticmethod');

interface InModule {
  readonly module: ModuleCode;
}

export const globalName = (engine: Engine, { module }: InModule, dotted: string): string => {
  const [head = '', ...rest] = dotted.split('.');
  const value = engine.module(module.name)?.globals.get(head.replace('()', ''));
  const [ref] = value?.refs ?? [];
  if (ref?.k === 'ext') return engine.registry.resolve([ref.name, ...rest].join('.'));
  return dotted;
};

/** The name of a decorator as its library spells it. */
export const rootName = (engine: Engine, fn: FunctionCode, decorator: Pick<Decorator, 'name'>): string => {
  const dot = decorator.name.lastIndexOf('.');
  return dot < 0
    ? globalName(engine, fn, decorator.name)
    : `${globalName(engine, fn, decorator.name.slice(0, dot))}${decorator.name.slice(dot)}`;
};

export const imported = (fn: FunctionCode, prefix: string): boolean => {
  for (const name of fn.module.imports) if (name === prefix || name.startsWith(`${prefix}.`)) return true;
  return false;
};

export const typed = (engine: Engine, at: InModule, param: Parameter): string =>
  param.annotation === '' ? '' : globalName(engine, at, param.annotation);

/** Types that say nothing of what can be done with a value. */
const LOOSE =
  /^(typing|typing_extensions|types|builtins|collections|abc|enum|__future__|datetime|decimal|uuid)\b/;

/** An object of the library's class that annotates a parameter; null where none does. */
export const typedParameter = (engine: Engine, fn: FunctionCode, param: Parameter): Val | null => {
  if (param.annotation === '' || param.kind !== 'plain') return null;
  const [head = '', ...rest] = param.annotation.split('.');
  const [ref] = engine.module(fn.module.name)?.globals.get(head)?.refs ?? [];
  if (ref?.k !== 'ext' || LOOSE.test(ref.name)) return null;
  const full = engine.registry.resolve([ref.name, ...rest].join('.'));
  return { ...external(engine.registry.called(full)), open: true };
};

/** A value that the framework takes out of the request and gives the handler as an argument. */
export const source = (
  fn: FunctionCode,
  mount: Mount | null,
  where: ParameterPlace,
  name: string | null,
  framework = mount?.framework ?? '',
): Val => {
  const place = { file: fn.module.file, start: fn.start, end: Math.min(fn.end, fn.start + 200) };
  const says =
    where === 'path'
      ? `a part of the path (${framework})`
      : `${name === null ? 'the request' : `parameter ${name}`} (${framework})`;
  const origin: Origin = {
    id: `${fn.module.digest}:${place.start}:${name}`,
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

/** All parameters come from outside, as they do where a framework calls a function with a form or a message. */
export const everyParameter = (
  fn: FunctionCode,
  where: ParameterPlace,
  mount: Mount,
  except = /^$/,
): ReadonlyMap<string, Val> => {
  const params = new Map<string, Val>();
  for (const param of givenTo(fn)) {
    if (NUMERIC.test(param.annotation) || except.test(param.name)) continue;
    params.set(param.name, source(fn, mount, where, param.name));
  }
  return params;
};

/** The request object of a framework, by the name under which the models know it. */
const REQUESTS: Record<string, string> = {
  django: 'django.http.HttpRequest',
  ninja: 'django.http.HttpRequest',
  aiohttp: 'aiohttp.web.Request',
  starlette: 'starlette.requests.Request',
  fastapi: 'starlette.requests.Request',
  litestar: 'starlette.requests.Request',
  sanic: 'sanic.Request',
  pyramid: 'pyramid.request.Request',
  falcon: 'falcon.Request',
  azure: 'azure.functions.HttpRequest',
  robyn: 'robyn.Request',
  functions_framework: 'flask.Request',
};

export const requestOf = (engine: Engine, framework: string): Val | null => {
  const name = REQUESTS[framework];
  return name === undefined ? null : external(engine.registry.resolve(name));
};

/** The framework that a dotted name belongs to, or null. */
export const frameworkOf = (name: string): string | null =>
  /^(flask_restful|flask_restx|flask_smorest|flask_socketio|flask|quart|fastapi|starlette|aiohttp|bottle|sanic|dash|django|tornado|streamlit|gradio|falcon|cherrypy|chalice|litestar|fastmcp|mcp|pyramid|ninja|robyn|azure|functions_framework|socketio|nicegui|panel)\b/.exec(
    name.toLowerCase(),
  )?.[1] ?? null;
