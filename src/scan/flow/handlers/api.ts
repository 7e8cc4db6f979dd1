import type { ParameterPlace } from '../../../core/index.ts';
import type { ClassShape, FunctionCode } from '../../lower/ir.ts';
import { type AnnotatedParameter, annotatedParameters } from '../annotated.ts';
import type { Engine } from '../engine.ts';
import type { Mount } from '../frame.ts';
import { demanded } from '../matched-text.ts';
import { external, type Val } from '../value.ts';
import { type Handler, isStatic, NUMERIC, requestOf, source, typed } from './handler.ts';
import { routeKind } from './routes.ts';

const MARKERS: Record<string, ParameterPlace> = {
  Query: 'query',
  Path: 'path',
  Form: 'form',
  Header: 'header',
  Cookie: 'cookie',
  Body: 'body',
  File: 'file',
};

/** What the framework gives from elsewhere than the request. */
const GIVEN = /(Session|BackgroundTasks|Connection|(^|\.)(State|Settings))$/;

/** FastAPI and its like: parameters by marker, annotation and route. */
export const apiHandler = (engine: Engine, fn: FunctionCode, mount: Mount): Handler => {
  const all = annotatedParameters(engine, fn);
  const declared = fn.owner === null || isStatic(fn) ? all : all.slice(1);
  const params = new Map<string, Val>();
  for (const param of declared) {
    const value = parameterValue(engine, fn, mount, param);
    if (value !== null) params.set(param.name, value);
  }
  return {
    mount,
    params,
    models: bodyModels(engine, declared),
    depends: dependencies(engine, declared),
  };
};

const parameterValue = (
  engine: Engine,
  fn: FunctionCode,
  mount: Mount,
  param: AnnotatedParameter,
): Val | null => {
  const annotation = typed(engine, param, param);
  const marker = param.marker?.name.split('.').at(-1) ?? '';
  if (marker === 'Depends' || marker === 'Security') return null;
  if (mount.framework === 'ninja' && param.name === 'request') return requestOf(engine, 'ninja');
  if (/(^|\.)(Request|WebSocket|HTTPConnection)(\[|$)/.test(annotation))
    return external('starlette.requests.Request');
  if (param.annotation === '' && /^(request|websocket|socket)$/.test(param.name))
    return mount.framework === 'litestar' ? external('starlette.requests.Request') : null;
  if (/(^|\.)\w{0,30}Response$/.test(annotation)) return external('starlette.responses.Response()');
  if (GIVEN.test(annotation)) return null;
  const pattern = param.marker?.keywords.get('pattern') ?? param.marker?.keywords.get('regex');
  if (/(^|\.)(UploadFile|UploadedFile)(\]|$)/.test(annotation)) {
    return {
      ...source(fn, mount, 'file', param.name),
      refs: annotation.includes('[') ? [] : [{ k: 'ext', name: 'werkzeug.FileStorage' }],
    };
  }
  const many = /^(?:\w+\.)?(?:list|List|set|Set|tuple|Tuple|Sequence|FromPath|FromQuery)\[(.+)\]$/.exec(
    annotation,
  )?.[1];
  if (
    NUMERIC.test(annotation) ||
    (many !== undefined && NUMERIC.test(many)) ||
    /(^|\.)Literal\[/.test(annotation) ||
    param.kind === 'star' ||
    param.kind === 'stars' ||
    enumLike(engine, param)
  )
    return null;
  const kind = routeKind(mount.route, param.name);
  if (kind === 'safe') return null;
  const where =
    MARKERS[marker] ??
    (kind !== 'none' ? 'path' : isPlain(annotation) && param.name !== 'data' ? 'query' : 'body');
  return demanded(source(fn, mount, where, where === 'body' ? null : param.name), pattern?.[0]);
};

const isPlain = (annotation: string): boolean =>
  annotation === '' || /^(builtins\.)?(str|bytes|list|set|List|Set)\b/.test(annotation);

const MODEL = /(^|\.)(BaseModel|SQLModel|Struct)$|^ninja\.(\w+\.)?(Schema|ModelSchema)$/;
const RECORD = /(^|\.)(dataclass|define|frozen)$/;

/** Whether a framework fills objects of `cls` from what comes in, field by field. */
export const isModel = (engine: Engine, cls: ClassShape): boolean =>
  engine.externalBases(cls).some((base) => MODEL.test(base));

const classNamed = (
  engine: Engine,
  { module }: Pick<AnnotatedParameter, 'module'>,
  dotted: string,
): ClassShape | FunctionCode | null => {
  const [head = '', ...rest] = dotted.split('.');
  let ref = engine.module(module.name)?.globals.get(head)?.refs[0];
  for (const part of rest)
    ref = ref?.k === 'mod' ? engine.module(ref.mod.name)?.globals.get(part)?.refs[0] : undefined;
  return ref?.k === 'fn' ? ref.fn : ref?.k === 'cls' ? ref.cls : null;
};

const bodyModels = (
  engine: Engine,
  declared: readonly AnnotatedParameter[],
): ReadonlyMap<string, ClassShape> => {
  const models = new Map<string, ClassShape>();
  for (const param of declared) {
    const named = classNamed(engine, param, param.annotation);
    if (named === null || !('methods' in named)) continue;
    if (isModel(engine, named) || named.decorators.some(({ name }) => RECORD.test(name)))
      models.set(param.name, named);
  }
  return models;
};

const DEPENDS = /(^|\.)(Depends|Security)$/;

const dependencies = (
  engine: Engine,
  declared: readonly AnnotatedParameter[],
): ReadonlyMap<string, FunctionCode | ClassShape> => {
  const out = new Map<string, FunctionCode | ClassShape>();
  for (const param of declared) {
    const { name, marker, annotation } = param;
    if (marker === null || !DEPENDS.test(marker.name)) continue;
    const wanted = marker.args[0] ?? marker.keywords.get('dependency')?.[0] ?? annotation;
    const found = classNamed(engine, param, wanted);
    if (found !== null) out.set(name, found);
  }
  return out;
};

export const enumLike = (engine: Engine, param: AnnotatedParameter): boolean => {
  const named = classNamed(engine, param, param.annotation);
  return (
    named !== null &&
    'methods' in named &&
    engine.externalBases(named).some((base) => /(^|\.)(Enum|StrEnum|IntEnum)$/.test(base))
  );
};
