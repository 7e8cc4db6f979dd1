import type { CallListener } from '../flow/engine-options.ts';
import type { Frame } from '../flow/frame.ts';
import { argumentOf, reach } from '../flow/sinks.ts';
import { contents, type State } from '../flow/state.ts';
import { allConstants, externalNames, onlyConstant, type Val } from '../flow/value.ts';
import type { FunctionCode, Instr } from '../lower/ir.ts';
import { named } from '../models/by-name.ts';
import { isPage, noteType, PLAIN_ANSWER, PLAIN_HEADERS, typeOf, wasWritten } from './answer-type.ts';

/** Frameworks that send what a view returns as a page. */
const HTML_FRAMEWORKS = new Set(['flask', 'quart', 'bottle', 'cherrypy', 'twisted']);
const isContentType = (key: unknown): boolean =>
  typeof key === 'string' && /^(content-type|mimetype|content_type)$/i.test(key);

const HTML = { rule: 'py/xss', kind: 'html', context: 'html' as const };
const REDIRECT = { rule: 'py/open-redirect', kind: 'redirect', context: 'redirect' as const };

/** What a view returns: a page, or a page with a status and headers. */
export const answered = (frame: Frame, state: State, value: Val, instr: Instr): void => {
  const { mount } = frame;
  if (mount === null || mount.around === true) return;
  if (mount.framework === 'aws-lambda') {
    proxied(frame, state, value, instr);
    return;
  }
  if (leadsOn(frame.fn)) reach(frame, state, REDIRECT, `${mount.framework}.redirect`, value, instr);
  const known = typeOf(frame, state);
  const drawn = mount.framework === 'wsgi' ? known !== null && isPage(known) : mount.page;
  if (!(drawn ?? HTML_FRAMEWORKS.has(mount.framework)) || (known !== null && !isPage(known))) return;
  let plain = value.refs.length === 0 || value.open;
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    const [body, ...rest] = (obj?.shape === 'tuple' ? obj.elems : null) ?? [];
    if (body !== undefined) {
      const types = rest.map((part) => givesHeaders(frame, state, mount.framework, part, instr));
      if (types.every((type) => type === null || isPage(type))) page(frame, state, body, instr);
    } else if (obj?.shape === 'iterator' || (obj?.shape === 'list' && mount.framework === 'wsgi'))
      page(frame, state, contents(obj), instr);
    else plain = true;
  }
  if (plain) page(frame, state, value, instr);
};

/** Methods of Django's views that say where the visitor is sent. */
const leadsOn = (fn: FunctionCode): boolean =>
  fn.owner !== null && /^get_(redirect|success)_url$/.test(fn.name);

const page = (frame: Frame, state: State, body: Val, instr: Instr): void => {
  if (body.refs.length > 0 && body.refs.every((ref) => ref.k === 'obj')) return;
  if (externalNames(body).some((name) => /Response\(\)|jsonify|redirect/.test(name))) return;
  reach(frame, state, HTML, `${frame.mount?.framework}.response`, body, instr);
};

// Lambda behind a gateway: the answer is a dict, and JSON unless its headers say something else.
const proxied = (frame: Frame, state: State, value: Val, instr: Instr): void => {
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    const body = obj?.shape === 'dict' ? obj.fields.get('sbody') : undefined;
    const headers = obj?.fields.get('sheaders') ?? obj?.fields.get('smultiValueHeaders');
    if (obj?.shape !== 'dict' || headers === undefined) continue;
    const type = givesHeaders(frame, state, 'aws-lambda.response.headers', headers, instr);
    if (body !== undefined && type !== null && isPage(type))
      reach(frame, state, HTML, 'aws-lambda.response', body, instr);
  }
};

/** Looks at the headers of a dict or a list of pairs. Returns the content type that they name. */
const givesHeaders = (frame: Frame, state: State, name: string, value: Val, instr: Instr): string | null => {
  let type: string | null = null;
  const entry = (key: unknown, held: Val): void => {
    setHeader(frame, state, `${name}.headers`, key, held, instr);
    const [ref] = held.refs;
    const inner = ref?.k === 'obj' ? frame.obj(state, ref.id)?.elems?.[0] : undefined;
    const known = isContentType(key) ? onlyConstant(inner ?? held) : undefined;
    if (typeof known === 'string') type = known;
  };
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    if (obj?.shape === 'dict') for (const [key, held] of obj.fields) entry(key.slice(1), held);
    for (const pair of obj?.shape === 'list' || obj?.shape === 'tuple' ? (obj.elems ?? []) : []) {
      const [inner] = pair.refs;
      const [key, held] = (inner?.k === 'obj' ? frame.obj(state, inner.id)?.elems : null) ?? [];
      if (key !== undefined && held !== undefined) entry(onlyConstant(key), held);
    }
  }
  return type;
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
  if (location && reach(frame, state, REDIRECT, name, value, instr)) return;
  // Today's frameworks refuse a value with a line break; the servers below them do not.
  const refused = !/^(wsgi|http)\./.test(name);
  if (location && refused) return;
  const sink = { rule: 'py/header-injection', kind: 'header', context: 'header' as const, hint: refused };
  reach(frame, state, sink, name, value, instr);
};

/** The type of an answer is set: text that is no page is no place for markup, before and after. */
export const setContentType = (
  frame: Frame,
  state: State,
  name: string,
  key: unknown,
  value: Val,
  instr: Instr,
): void => {
  if (!isContentType(key)) return;
  if (SHARED.test(name)) {
    noteType(frame, state, null, value, (held, at) => reach(frame, state, HTML, `${name}.body`, held, at));
    return;
  }
  const type = onlyConstant(value);
  if (typeof type !== 'string' || isPage(type)) return;
  frame.hits = frame.hits.filter(
    ({ rule, name: hit, place }) =>
      rule !== 'py/xss' || place.end > instr.start || !/(make_response|Response(\(\))?(\.\w+)?)$/.test(hit),
  );
};

/** The one answer that a framework keeps for the request. */
const SHARED =
  /^(bottle\.response|cherrypy\.response|falcon\.Response|pyramid\.response\.Response\(\))(\.headers)?$/;

/** Attributes of an answer that are its body: those of Falcon are JSON unless the type says something else. */
export const setBody = (frame: Frame, state: State, name: string, value: Val, instr: Instr): void => {
  const owner = name.slice(0, name.lastIndexOf('.'));
  if (!frame.hot || !/\.(text|body|data|content|html)$/.test(name)) return;
  const type = typeOf(frame, state);
  if (/^(falcon\.Response)$/.test(owner)) {
    if (type !== null && isPage(type)) reach(frame, state, HTML, name, value, instr);
    else if (type === null) wasWritten(frame, state, value, instr);
  } else if (/^pyramid\.response\.Response\(\)$|^(bottle|cherrypy)\.response$/.test(owner)) {
    if (type === null || isPage(type)) reach(frame, state, HTML, name, value, instr);
  }
};

const START = 'wsgi.start_response';
const isResponse = named(/(^|\.)(\w{0,40}Response\w{0,20}|make_response|raw)$/);

/** Bodies of answers that are a page only where the headers or the view say so. */
const BODIES = new Map<string, readonly (string | [number, string])[]>([
  ['aiohttp.web.Response', ['text', 'body']],
  ['azure.functions.HttpResponse', [[0, 'body']]],
  ['starlette.responses.Response', [[0, 'content']]],
  ['sanic.response.HTTPResponse', [[0, 'body']]],
  ['chalice.Response', [[0, 'body']]],
]);

/** Whether a call of `name` makes an answer, or sets its type. */
export const makesAnswer = (name: string): boolean =>
  name === START || isResponse(name) || setsHeader(name) || writes(name);

/** A call makes an answer, or sets the type of the one that is being made. */
export const madeAnswer: CallListener = ({ frame, state, name, receiver, args }) => {
  setsType({ frame, state, name, receiver, args });
  if (!frame.hot || !isResponse(name)) return;
  const headers =
    args.keywords.get('headers') ??
    (name === 'azure.functions.HttpResponse' ? args.positional[2] : undefined);
  const type = headers === undefined ? null : givesHeaders(frame, state, name, headers, args.instr);
  if (type !== null && !isPage(type)) frame.flags.add(PLAIN_HEADERS);
  else frame.flags.delete(PLAIN_HEADERS);
  const drawn = name === 'rest_framework.response.Response' && frame.mount?.page === true;
  const bodies = drawn
    ? [[0, 'data'] as [number, string]]
    : type !== null && isPage(type)
      ? BODIES.get(name)
      : undefined;
  for (const spec of bodies ?? []) {
    const body = argumentOf(args, spec);
    if (body !== null) reach(frame, state, HTML, name, body, args.instr);
  }
};

/** Calls that set a header of the answer: where its name and its value stand. */
const setsHeader = named(
  /^(tornado\.Handler\.(set|add)_header|bottle\.response\.(set|add)_header|falcon\.Response\.(set|append)_header|twisted\.web\.Request\.(setHeader|responseHeaders\.\w+))$/,
);
const writes = named(/^(tornado\.Handler\.(write|finish)|twisted\.web\.Request\.write)$/);

const setsType: CallListener = ({ frame, state, name, receiver, args }) => {
  if (name === START) {
    const headers = args.positional[1] ?? args.keywords.get('headers');
    const type = headers === undefined ? null : givesHeaders(frame, state, name, headers, args.instr);
    if (type !== null)
      noteType(frame, state, null, { consts: [type], refs: [], open: false, segs: null, taints: [] });
    return;
  }
  if (setsHeader(name)) {
    const key = allConstants(
      args.positional[0] ??
        args.keywords.get('name') ?? { consts: [], refs: [], open: true, segs: null, taints: [] },
    );
    const value = args.positional[1] ?? args.keywords.get('value');
    if (value === undefined) return;
    if (key?.some(isContentType) === true)
      noteType(frame, state, receiver, value, (held, at) => reach(frame, state, HTML, name, held, at));
    const leads = key?.some((each) => String(each).toLowerCase() === 'location') === true;
    if (leads || name === 'falcon.Response.set_header')
      setHeader(frame, state, name, key?.[0], value, args.instr);
  } else if (writes(name)) {
    const type = typeOf(frame, state, receiver);
    if (type !== null && !isPage(type)) frame.flags.add(PLAIN_ANSWER);
    else frame.flags.delete(PLAIN_ANSWER);
    if (frame.hot && type === null) wasWritten(frame, state, null, args.instr, receiver);
  }
};
