import type { ParameterPlace } from '../../core/index.ts';
import { formFields, harmlessField, isForm } from '../flow/forms.ts';
import type { Val } from '../flow/value.ts';
import type { Call } from './call-check.ts';
import { decoratorOf } from './route-prefixes.ts';

const PARSERS =
  /^webargs\.\w+\.((\w+Parser\(\)|parser)\.)?use_(args|kwargs)$|^flask_smorest\.(\w+\.)?Blueprint\(\)\.arguments$|^apiflask\.\w+\(\)\.input$|^flask_apispec\.(annotations\.)?use_kwargs$/;

const PLACES: Record<string, ParameterPlace> = {
  json: 'body',
  json_or_form: 'body',
  query: 'query',
  querystring: 'query',
  form: 'form',
  headers: 'header',
  cookies: 'cookie',
  files: 'file',
  view_args: 'path',
  path: 'path',
};

/** Whether `name` makes a decorator that takes values out of the request for the function below it. */
export const parsesRequests = (name: string): boolean => PARSERS.test(name);

/** Learns what such a decorator hands over: the fields of a schema, or of a dict of fields. */
export const hearParser = (call: Call): void => {
  const decorator = decoratorOf(call);
  const schema = call.arg(0, 'argmap') ?? call.arg(0, 'schema');
  if (decorator === null || schema === null) return;
  const fields = fieldsOf(call, schema);
  if (fields === null) return;
  const where = PLACES[String(call.constant(1, 'location') ?? 'json')] ?? 'body';
  const named = /kwargs$/.test(call.name) || call.is(-1, 'as_kwargs', true);
  call.frame.engine.parsers.set(decorator, { where, fields, named });
};

const fieldsOf = (call: Call, schema: Val): Map<string, boolean> | null => {
  const { frame, state } = call;
  for (const ref of schema.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    if (obj?.shape === 'dict')
      return new Map([...obj.fields].map(([key, field]) => [key.slice(1), harmlessField(field)]));
    const cls = ref.k === 'cls' ? ref.cls : (obj?.cls ?? null);
    if (cls !== null && isForm(frame.engine.externalBases(cls)))
      return new Map([...formFields(cls)].map(([name, field]) => [name, harmlessField(field)]));
  }
  return null;
};
