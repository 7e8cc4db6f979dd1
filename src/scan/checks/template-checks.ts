import { onlyConstant } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { type Call, type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';
import { spelled, usersOf } from './words.ts';

const PAGES =
  /^(flask|quart|django|starlette|fastapi|aiohttp|tornado|bottle|sanic|cherrypy|pyramid|falcon|litestar|http\.server|wsgiref)\b/;

/** Whether the module has to do with pages: templates of settings and of code need no escaping. */
const makesPages = (call: Call): boolean => {
  const { module } = call.frame.fn;
  if ([...module.imports].some((name) => PAGES.test(name))) return true;
  const spots = [module.body, ...module.functions];
  return spots.some(
    (fn) =>
      /html|\bpages?\b|mail/.test(spelled(fn.name)) ||
      fn.blocks.some(({ instrs }) =>
        instrs.some(
          ({ op, val, dst }) =>
            op === OP.constant &&
            usersOf(fn, dst).length > 0 &&
            val?.consts.some((text) => typeof text === 'string' && /\.html?\b|<\w+>/.test(text)),
        ),
      ),
  );
};

const autoescape: CallCheck = (call) => {
  const value = call.arg(-1, 'autoescape');
  const pages = makesPages(call);
  if (value === null)
    return call.args.stars === null
      ? {
          rule: 'py/autoescape-off',
          why: 'jinja2.Environment escapes nothing unless it is told to.',
          // What is put into a sandbox is text of visitors, and seldom for a page.
          confidence: pages && !call.name.includes('Sandboxed') ? 'likely' : 'possible',
        }
      : null;
  return value.consts.includes(false)
    ? {
        rule: 'py/autoescape-off',
        why: 'autoescape is off.',
        confidence: pages && onlyConstant(value) !== undefined ? 'confirmed' : 'possible',
      }
    : null;
};

const mako: CallCheck = (call) =>
  call.has(-1, 'default_filters')
    ? null
    : {
        rule: 'py/autoescape-off',
        why: 'Mako escapes nothing unless default_filters say so.',
        confidence: 'possible',
        severity: 'medium',
      };

const OFF: Verdict = { rule: 'py/autoescape-off', why: 'Templates escape nothing.', confidence: 'confirmed' };

/** Escapes unless argument `name` is given as `value`. */
const unless =
  (at: number, name: string, value: boolean | null): CallCheck =>
  (call) =>
    call.constant(at, name) === value ? OFF : null;

export const TEMPLATE_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    [
      'jinja2.Environment',
      'jinja2.environment.Environment',
      'jinja2.sandbox.SandboxedEnvironment',
      'jinja2.sandbox.ImmutableSandboxedEnvironment',
    ],
    autoescape,
  ),
  ...each(['mako.template.Template', 'mako.lookup.TemplateLookup'], mako),
  ...each(
    [
      'jinja2.Environment().overlay',
      'aiohttp_jinja2.setup',
      'fastapi.templating.Jinja2Templates',
      'starlette.templating.Jinja2Templates',
      'django.template.Engine',
      'django.template.engine.Engine',
      'django.template.Context',
      'django.template.context.Context',
    ],
    unless(-1, 'autoescape', false),
  ),
  ...each(
    [
      'tornado.template.Loader',
      'tornado.template.DictLoader',
      'tornado.template.Template',
      'tornado.web.Application',
    ],
    unless(-1, 'autoescape', null),
  ),
  ...each(
    ['bottle.template', 'bottle.SimpleTemplate', 'bottle.jinja2_template'],
    unless(-1, 'noescape', true),
  ),
];
