import type { CallListener } from '../flow/engine.ts';
import type { Frame } from '../flow/frame.ts';
import { reach } from '../flow/sinks.ts';
import { contents, type State } from '../flow/state.ts';
import { externalNames, onlyConstant, type Val } from '../flow/value.ts';
import type { Instr } from '../lower/ir.ts';

const HTML_FRAMEWORKS = new Set(['flask', 'quart', 'bottle', 'cherrypy']);
const PAGE = /html|xml|svg/i;
const isContentType = (key: unknown): boolean =>
  typeof key === 'string' && /^(content-type|mimetype|content_type)$/i.test(key);

/** What a view returns: a page, or a page with a status and headers. */
export const answered = (frame: Frame, state: State, value: Val, instr: Instr): void => {
  const { mount } = frame;
  if (
    mount === null ||
    mount.around === true ||
    !(HTML_FRAMEWORKS.has(mount.framework) || mount.page === true)
  )
    return;
  let plain = value.refs.length === 0 || value.open;
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    const [body, ...rest] = (obj?.shape === 'tuple' ? obj.elems : null) ?? [];
    if (body !== undefined) {
      const typed = rest.some((part) => givesHeaders(frame, state, mount.framework, part, instr));
      if (!typed) page(frame, state, body, instr);
    } else if (obj?.shape === 'iterator') page(frame, state, contents(obj), instr);
    else plain = true;
  }
  if (plain) page(frame, state, value, instr);
};

const page = (frame: Frame, state: State, body: Val, instr: Instr): void => {
  if (body.refs.length > 0 && body.refs.every((ref) => ref.k === 'obj')) return;
  if (externalNames(body).some((name) => /Response\(\)|jsonify|redirect/.test(name))) return;
  const sink = { rule: 'py/xss', kind: 'html', context: 'html' as const };
  reach(frame, state, sink, `${frame.mount?.framework}.response`, body, instr);
};

/** The headers of a dict; true when they say that the answer is no page. */
const givesHeaders = (frame: Frame, state: State, name: string, value: Val, instr: Instr): boolean => {
  let plain = false;
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    if (obj?.shape !== 'dict') continue;
    for (const [key, held] of obj.fields) {
      setHeader(frame, state, `${name}.headers`, key.slice(1), held, instr);
      const type = isContentType(key.slice(1)) ? onlyConstant(held) : undefined;
      if (typeof type === 'string' && !PAGE.test(type)) plain = true;
    }
  }
  return plain;
};

/** A header of an answer is set: where it leads, and what must not break its line. */
export const setHeader = (
  frame: Frame,
  state: State,
  name: string,
  key: unknown,
  value: Val,
  instr: Instr,
): void => {
  if (!frame.hot) return;
  const location = typeof key === 'string' && key.toLowerCase() === 'location';
  const sink = location
    ? { rule: 'py/open-redirect', kind: 'redirect', context: 'redirect' as const }
    : { rule: 'py/header-injection', kind: 'header', context: 'header' as const };
  reach(frame, state, sink, name, value, instr);
};

/** The type of an answer that was made before is set: text that is no page is no place for markup. */
export const setContentType = (frame: Frame, key: unknown, value: Val): void => {
  const type = onlyConstant(value);
  if (!isContentType(key) || typeof type !== 'string' || PAGE.test(type)) return;
  frame.hits = frame.hits.filter(
    ({ rule, name }) => rule !== 'py/xss' || !/(make_response|Response(\(\))?(\.\w+)?)$/.test(name),
  );
};

const RESPONSES = /(^|\.)(\w{0,40}Response|make_response)$/;

/** A call makes an answer: its headers are looked at. */
export const madeAnswer: CallListener = ({ frame, state, name, args }) => {
  const headers = frame.hot && RESPONSES.test(name) ? args.keywords.get('headers') : undefined;
  if (headers !== undefined) givesHeaders(frame, state, name, headers, args.instr);
};
