import type { ParameterPlace } from '../../../core/index.ts';
import { type FunctionCode, OP } from '../../lower/ir.ts';
import { applicationParameter } from '../applications.ts';
import type { Engine } from '../engine.ts';
import type { Mount } from '../frame.ts';
import { external, type Val } from '../value.ts';
import { enumLike } from './api.ts';
import {
  everyParameter,
  type Handler,
  imported,
  NUMERIC,
  requestOf,
  rootName,
  source,
  typed,
} from './handler.ts';
import { viewHandler } from './views.ts';

const GRAPH = /^(graphene|strawberry|ariadne)(\.|$)/;

/** Resolvers of GraphQL: what they take beside the parent and the context comes in with the query. */
export const resolver = (engine: Engine, fn: FunctionCode): Handler | null => {
  const bases = fn.owner === null ? [] : engine.externalBases(fn.owner);
  const named = /^(resolve_|mutate$|subscribe_)/.test(fn.name) && bases.some((base) => GRAPH.test(base));
  const marked = fn.decorators.some(
    (each) =>
      /(^|\.)(field|mutation|subscription|type)$/.test(each.name) && GRAPH.test(rootName(engine, fn, each)),
  );
  if (!named && !marked) return null;
  const mount: Mount = { framework: 'graphql', route: null, methods: ['POST'] };
  const params = new Map<string, Val>();
  for (const param of fn.params) {
    if (/^(self|cls|root|parent|obj|_|info)$/.test(param.name) || NUMERIC.test(param.annotation)) continue;
    if (enumLike(engine, { ...param, module: fn.module })) continue;
    params.set(param.name, source(fn, mount, 'body', param.name));
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

/** Which framework a request parameter belongs to: by what annotates it, else by what its module imports. */
const OWNERS: readonly { framework: string; annotation: RegExp; imports: readonly string[] }[] = [
  { framework: 'azure', annotation: /^azure\./, imports: ['azure.functions'] },
  { framework: 'pyramid', annotation: /^pyramid\./, imports: ['pyramid'] },
  {
    framework: 'functions_framework',
    annotation: /^functions_framework\./,
    imports: ['functions_framework'],
  },
  {
    framework: 'django',
    annotation: /(^|\.)HttpRequest$|^(django|rest_framework)\./,
    imports: ['django', 'rest_framework', 'ninja'],
  },
  { framework: 'aiohttp', annotation: /aiohttp/, imports: ['aiohttp'] },
  { framework: 'starlette', annotation: /starlette|fastapi/, imports: ['starlette', 'fastapi'] },
  { framework: 'sanic', annotation: /sanic/, imports: ['sanic'] },
  { framework: 'falcon', annotation: /^falcon\./, imports: ['falcon'] },
  { framework: 'robyn', annotation: /^robyn\./, imports: ['robyn'] },
];

/** Functions known by their signature alone: views of Django and aiohttp, handlers of the clouds, WSGI. */
export const plainHandler = (engine: Engine, fn: FunctionCode): Handler | null => {
  const [first, second] = fn.params;
  if (first === undefined) return null;
  if (fn.outer === null && first.name === 'event' && second?.name === 'context' && fn.params.length === 2)
    return whole(fn, 'aws-lambda', 'body', first.name, null);
  if (/^(environ|env)$/.test(first.name) && second?.name === 'start_response') {
    const { mount, params } = whole(fn, 'wsgi', 'any', first.name, first.name);
    return { mount, params: new Map([...params, [second.name, external('wsgi.start_response')]]) };
  }
  const annotation = typed(engine, fn, first);
  const application =
    fn.params.length <= 2 && annotation === '' ? applicationParameter(fn.module, first) : null;
  if (application !== null) return { mount: null, params: new Map([[first.name, application]]) };
  if (
    first.name === 'config' &&
    fn.params.length === 1 &&
    (fn.name === 'includeme' || imported(fn, 'pyramid'))
  )
    return { mount: null, params: new Map([[first.name, external('pyramid.config.Configurator()')]]) };
  if (first.name === 'update' && second?.name === 'context' && imported(fn, 'telegram')) {
    const mount: Mount = { framework: 'telegram', route: null, methods: [] };
    return {
      mount,
      params: new Map([
        [first.name, external('telegram.Update')],
        [second.name, external('telegram.Context')],
      ]),
    };
  }
  if (first.name !== 'request' && first.name !== 'req' && !/Request$/.test(annotation)) return null;
  const framework = (
    OWNERS.find((each) => each.annotation.test(annotation)) ??
    OWNERS.find((each) => each.imports.some((name) => imported(fn, name))) ??
    (isInMiddleware(fn) ? { framework: 'django' } : null)
  )?.framework;
  const request = framework === undefined ? null : requestOf(engine, framework);
  if (framework === undefined || request === null) return null;
  // Where the project shows no routes, what a view takes beside the request is a part of the path.
  if (framework === 'django' && fn.outer === null && engine.mounts.size === 0 && answers(fn))
    return viewHandler(engine, fn, { framework, route: null, methods: [] });
  const mount: Mount = {
    framework: framework === 'functions_framework' ? 'flask' : framework,
    route: null,
    methods: [],
  };
  return { mount, params: new Map<string, Val>([[first.name, request]]) };
};

/** Django: a middleware that is a function gives back what is called with each request. */
const isInMiddleware = (fn: FunctionCode): boolean => fn.outer?.params[0]?.name === 'get_response';

const whole = (
  fn: FunctionCode,
  framework: string,
  where: ParameterPlace,
  name: string,
  parameter: string | null,
): Handler => {
  const mount: Mount = { framework, route: null, methods: [] };
  return { mount, params: new Map([[name, source(fn, mount, where, parameter)]]) };
};

/** Functions that were handed to a library that calls them: by where they were mounted. */
export const mountedHandler = (engine: Engine, fn: FunctionCode, mount: Mount): Handler | null => {
  switch (mount.framework) {
    case 'gradio':
    case 'panel':
    case 'xmlrpc':
      return { mount, params: everyParameter(fn, 'message', mount) };
    // What the handler is given stands for the other end: whatever it receives from there came in.
    case 'websockets':
    case 'socket': {
      const [first] = fn.params.filter(({ name }) => name !== 'self');
      return first === undefined
        ? null
        : { mount, params: new Map([[first.name, source(fn, mount, 'message', null)]]) };
    }
    default:
      return viewHandler(engine, fn, mount);
  }
};
