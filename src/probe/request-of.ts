import type { WebSource } from '../core/index.ts';
import type { ProbeRequest } from './endpoint.ts';

/** Where a probe puts its value. */
export interface Opening {
  source: WebSource;
  /** Keys that lead to the value in a JSON body. */
  path: readonly string[];
}

const PARAMETER = /<(?:\w{1,30}(?:\([^)]{0,100}\))?:)?(\w{1,100})>|\{(\w{1,100})(?::\w{1,30})?\}/g;
const WITH_BODY: ReadonlySet<string> = new Set(['form', 'body']);

const methodOf = ({ methods, parameter }: WebSource): string | undefined => {
  const wanted = WITH_BODY.has(parameter.in) ? ['POST', 'PUT', 'PATCH'] : ['GET', 'POST'];
  if (methods.length === 0) return wanted[0];
  // DELETE takes something away whatever the value is.
  return wanted.find((method) => methods.includes(method));
};

const nested = (path: readonly string[], value: string): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

/** The request that brings `value` to its parameter, or why there is none. */
export const requestOf = ({ source, path }: Opening, value: string): ProbeRequest | { none: string } => {
  const { route, parameter } = source;
  const { name } = parameter;
  const method = methodOf(source);
  if (route === null) return { none: 'its route is not known' };
  if (method === undefined) return { none: `its methods (${source.methods.join(', ')}) are not tried` };
  if (name === null && parameter.in !== 'body') return { none: 'the name of its parameter is not known' };
  const filled = route.replace(PARAMETER, (_, first?: string, second?: string) =>
    parameter.in === 'path' && (first ?? second) === name ? encodeURIComponent(value) : '1',
  );
  if (/[\\^$*+?()[\]<>{}|]/.test(filled.replaceAll(/%[0-9A-F]{2}|[()*]/g, '')))
    return { none: 'its route is a pattern that is not understood' };
  const target = filled.startsWith('/') ? filled : `/${filled}`;
  const plain = { method, target, headers: {}, body: undefined };
  const pair = `${encodeURIComponent(name ?? '')}=${encodeURIComponent(value)}`;
  switch (parameter.in) {
    case 'path':
      return plain;
    case 'query':
    case 'any':
      return { ...plain, target: `${target}?${pair}` };
    case 'form':
      return { ...plain, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: pair };
    case 'body': {
      const keys = path.length > 0 || name === null ? path : [name];
      const body = keys.length === 0 ? value : JSON.stringify(nested(keys, value));
      return { ...plain, headers: { 'content-type': 'application/json' }, body };
    }
    case 'header':
      return {
        ...plain,
        headers: { [(name ?? '').replace(/^HTTP_/, '').replaceAll('_', '-')]: encodeURI(value) },
      };
    case 'cookie':
      return { ...plain, headers: { cookie: `${name}=${encodeURIComponent(value)}` } };
    default:
      return { none: `parameters of the kind "${parameter.in}" are not tried` };
  }
};
