import { z } from 'zod';
import { PARAMETER_PLACES } from '../../core/index.ts';
import { CONTEXTS, type Context } from '../flow/taint.ts';

const name = z.string().min(1).max(200);
const contexts = Object.keys(CONTEXTS) as [Context, ...Context[]];

/** An argument: its position from 0, its keyword, or both (`[0, 'sql']`); `self` is the receiver, `*` any of them. */
const argument = z.union([z.int().min(0), name, z.tuple([z.int().min(0), name])]);
export type ArgumentSpec = z.infer<typeof argument>;

/** When an entry counts: every named argument must be, or must not be, one of these constants. */
const condition = z.strictObject({
  arg: argument,
  is: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  not: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  /** A text that fits this pattern (without regard to case). */
  like: z.string().max(200).optional(),
  /** What is not known does not count as wanted. */
  sure: z.literal(true).optional(),
  /** One of these names outside the project, or none of these. */
  names: z.array(name).optional(),
  notNames: z.array(name).optional(),
  /** What holds when the argument is not given. Default: the condition fails. */
  absent: z.boolean().optional(),
});
export type Condition = z.infer<typeof condition>;

/**
 * What a library does with values, as data. Names are dotted names outside the project; `()` after a name is what
 * a call of it returns, `[]` an element of it. A name that starts with `*.` is a method of something unknown.
 */
export const modelSchema = z.strictObject({
  library: name,
  /** Other names of the same thing: `flask.request` is a `flask.Request`, `sqlite3.connect()` a `db.Connection`. */
  aliases: z.record(name, name).optional(),
  /** Reading it (an attribute, or with `()` the result of a call) gives a value that came from outside. */
  sources: z
    .array(
      z.strictObject({
        name,
        in: z.enum(PARAMETER_PLACES),
        framework: name,
        /** Which argument names the parameter. */
        parameter: z.int().min(0).optional(),
        /** What an archive names its members is not the web. Default web. */
        kind: z.enum(['web', 'archive']).optional(),
        says: z.string().max(120).optional(),
      }),
    )
    .optional(),
  sinks: z
    .array(
      z.strictObject({
        name,
        rule: z.string().regex(/^py\/[a-z0-9-]+$/),
        kind: z.string().max(40),
        args: z.array(argument).min(1),
        context: z.enum(contexts),
        when: z.array(condition).optional(),
        /** The arguments from this one on are the words of a command that no shell reads. */
        words: z.boolean().optional(),
        /** What is found there is no more than possible. */
        hint: z.boolean().optional(),
        /** A flag that must have been set before in the same function. */
        needs: name.optional(),
        /** A flag that takes it back when it was set before. */
        unless: name.optional(),
      }),
    )
    .optional(),
  /** Calls that set a flag for the rest of the function. */
  flags: z.array(z.strictObject({ name, flag: name, when: z.array(condition) })).optional(),
  /** Calls whose result is made safe for these contexts; the taint of the arguments stays. */
  sanitizers: z.array(z.strictObject({ name, contexts: z.array(z.enum(contexts)).min(1) })).optional(),
  /** Calls whose result does not carry what went in. */
  clean: z.array(name).optional(),
  /** Calls whose result carries what went into these arguments (default: all and the receiver). */
  passes: z
    .array(
      z.strictObject({
        name,
        args: z.array(argument).optional(),
        /** It decodes: what was checked or escaped before for these contexts (or all) is so no longer. */
        undoes: z.union([z.literal('all'), z.array(z.enum(contexts)).min(1)]).optional(),
      }),
    )
    .optional(),
  /** Calls that never return. */
  stops: z.array(name).optional(),
});
export type LibraryModel = z.infer<typeof modelSchema>;
export type SourceModel = NonNullable<LibraryModel['sources']>[number];
export type SinkModel = NonNullable<LibraryModel['sinks']>[number];
