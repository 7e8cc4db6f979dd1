import type { ParameterPlace } from '../../../core/index.ts';
import type { SinkModel } from '../schema.ts';

type Argument = number | string | [number, string];

/** What of a request comes from outside: attributes or calls of `request`, the part they read, the argument that names it. */
export const from = (
  framework: string,
  request: string,
  entries: readonly (readonly [string, ParameterPlace, number?])[],
) =>
  entries.map(([attribute, place, parameter]) => ({
    name: `${request}.${attribute}`,
    in: place,
    framework,
    ...(parameter === undefined ? {} : { parameter }),
  }));

const sink =
  (rule: string, kind: string, context: SinkModel['context']) =>
  (name: string, ...args: [Argument, ...Argument[]]): SinkModel => ({ name, rule, kind, args, context });

export const html = sink('py/xss', 'html', 'html');
export const redirect = sink('py/open-redirect', 'redirect', 'redirect');
export const file = sink('py/path-traversal', 'path', 'path');
export const header = sink('py/header-injection', 'header', 'header');
export const cookie = sink('py/cookie-injection', 'cookie', 'cookie');
export const template = sink('py/template-injection', 'template', 'template');
export const session = sink('py/trust-boundary', 'session', 'trust');

/** Content types that browsers draw as a page. */
const PAGE = 'html|xml|svg';
/** The answer is a page unless argument `arg` says something else. */
export const pageUnless = (arg: Argument) => ({ arg, like: PAGE, absent: true });
/** The answer is a page when argument `arg` says so. */
export const pageWhen = (arg: Argument) => ({ arg, like: PAGE, absent: false });
