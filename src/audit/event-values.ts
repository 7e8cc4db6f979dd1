import {
  EVENT_FIELDS,
  EVENT_TYPES,
  type EventType,
  type FieldName,
  GatehouseError,
  type Outcome,
  type SecurityEvent,
} from '../core/index.ts';
import { redact } from './redact.ts';

/** An event whose values are checked, redacted and cut to their length, parted by what the log may do with them. */
export interface PreparedEvent {
  type: EventType;
  outcome: Outcome;
  public: Record<string, unknown>;
  personal: Record<string, unknown>;
}

const OUTCOMES: readonly Outcome[] = ['success', 'failure', 'refused'];

const refuse = (what: string): never => {
  throw new GatehouseError('event-invalid', what, {
    remedy: 'Record only what EVENT_FIELDS allows for the event.',
  });
};

const isField = (name: string): name is FieldName => Object.hasOwn(EVENT_FIELDS, name);

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;

// JSON has no lone surrogates (RFC 8785 section 3.2.2.2), and a client can send what decodes to one.
const clean = (text: string): string => redact(text.toWellFormed());

const longestOf = (name: FieldName): number => {
  const { schema } = EVENT_FIELDS[name];
  return 'maxLength' in schema && typeof schema.maxLength === 'number' ? schema.maxLength : 64;
};

const LONGEST = Object.fromEntries(
  Object.keys(EVENT_FIELDS)
    .filter(isField)
    .map((name) => [name, longestOf(name)]),
);

/** Values come from clients: what is too long is cut, since refusing it would leave the act unrecorded. */
const cleanValue = (name: FieldName, value: unknown): unknown => {
  const longest = LONGEST[name] ?? 64;
  if (typeof value === 'string') return cut(clean(value), longest);
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? cut(clean(item), 64) : item));
  return value;
};

/**
 * Checks an event against the tables of `core` and takes secrets out of every text.
 * @throws {GatehouseError} `event-invalid` for an unknown type, outcome or field, a field tagged `never`, or a value
 * of the wrong kind: these are mistakes of ours, not of a client.
 */
export const prepareEvent = ({ type, outcome, fields }: SecurityEvent): PreparedEvent => {
  if (!Object.hasOwn(EVENT_TYPES, type)) refuse(`there is no event type "${type}"`);
  if (!OUTCOMES.includes(outcome)) refuse(`"${outcome}" is no outcome of an event`);
  const prepared: PreparedEvent = { type, outcome, public: {}, personal: {} };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (!isField(name)) return refuse(`there is no event field "${name}"`);
    const { tag, schema } = EVENT_FIELDS[name];
    if (tag === 'never') return refuse(`the field "${name}" may not reach the log`);
    const checked = schema.safeParse(cleanValue(name, value));
    if (!checked.success) return refuse(`the field "${name}" of ${type} has a value of the wrong kind`);
    prepared[tag][name] = checked.data;
  }
  return prepared;
};
