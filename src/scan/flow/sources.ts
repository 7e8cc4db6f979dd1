import type { Instr } from '../lower/ir.ts';
import type { SourceModel } from '../models/schema.ts';
import type { Frame } from './frame.ts';
import { extendTrail, type Origin, type Taint } from './taint.ts';
import { external, type Val } from './value.ts';

const SAYS: Record<string, string> = {
  query: 'a parameter of the query string',
  form: 'a field of a form',
  body: 'the body of the request',
  header: 'a header of the request',
  cookie: 'a cookie',
  path: 'a part of the path',
  file: 'an uploaded file',
  url: 'the URL of the request',
  message: 'a message from outside',
  any: 'the request',
};

/** What reading a source gives: an unknown value that carries the taint of its origin. */
export const sourceValue = (
  frame: Frame,
  model: SourceModel,
  name: string,
  instr: Instr,
  parameter: string | null,
): Val => {
  frame.hot = true;
  const place = frame.place(instr);
  const kind = model.kind ?? 'web';
  const says = model.says ?? `${SAYS[model.in] ?? 'the request'} (${model.framework})`;
  const origin: Origin = {
    id: `${frame.fn.module.digest}:${place.start}:${model.name}${parameter === null ? '' : `.${parameter}`}`,
    kind,
    web:
      kind === 'web'
        ? {
            framework: model.framework,
            route: frame.mount?.route ?? null,
            methods: frame.mount?.methods ?? [],
            parameter: { in: model.in, name: parameter === null ? null : parameter.slice(0, 200) },
          }
        : null,
    says,
    place,
    symbol: -1,
  };
  return { ...external(name), open: true, taints: [taintOf(origin, frame, instr)] };
};

export const taintOf = (origin: Origin, frame: Frame, at: { start: number; end: number }): Taint => {
  const place = { file: frame.fn.module.file, start: at.start, end: at.end };
  return { origin, safe: 0, weak: false, trail: extendTrail(null, place, `comes in as ${origin.says}`) };
};
