import { z } from 'zod';
import { PARAMETER_PLACES } from '../../core/index.ts';

/** What a value has to be so that the sink behind it cannot be turned. */
export const shieldCheckSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number') }),
  z.strictObject({ kind: z.literal('arithmetic') }),
  z.strictObject({ kind: z.literal('quoted-text') }),
  z.strictObject({ kind: z.literal('name') }),
  z.strictObject({ kind: z.literal('inside-path') }),
  z.strictObject({ kind: z.literal('shell-word') }),
  z.strictObject({ kind: z.literal('no-markup'), position: z.enum(['text', 'attribute', 'script']) }),
  z.strictObject({ kind: z.literal('same-origin'), after: z.string().max(200) }),
  z.strictObject({
    kind: z.literal('hosts'),
    /** `host` or `host:port`, lower case; empty: any public name, no internal one. */
    hosts: z.array(z.string().max(260)).max(64),
    whole: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('plain-pickle') }),
  z.strictObject({ kind: z.literal('plain-yaml') }),
  z.strictObject({ kind: z.literal('nothing') }),
  z.strictObject({ kind: z.literal('one-line') }),
  z.strictObject({ kind: z.literal('plain-words') }),
  z.strictObject({ kind: z.literal('scalar') }),
]);
export type ShieldCheck = z.infer<typeof shieldCheckSchema>;

/** A narrow rule made from one finding: it stands in front of one parameter of one route of one app. */
export const shieldSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^shd_[0-9a-z]{20}$/),
  /** Fingerprint of the finding. */
  finding: z.string().regex(/^[0-9a-f]{32}$/),
  app: z.string().max(64),
  framework: z.string().max(40),
  route: z.string().max(500),
  /** Upper case; empty: every method. */
  methods: z.array(z.string().max(20)).max(20),
  parameter: z.strictObject({
    in: z.enum(PARAMETER_PLACES),
    /** Null: every parameter of that place. */
    name: z.string().max(200).nullable(),
    /** For JSON bodies: the keys that lead to the value; an empty list means the whole body. */
    path: z.array(z.string().max(200)).max(16),
  }),
  sink: z.string().max(40),
  check: shieldCheckSchema,
  /** Why it is this check, in a sentence for people. */
  why: z.string().max(600),
});
export type Shield = z.infer<typeof shieldSchema>;
