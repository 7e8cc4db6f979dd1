import { z } from 'zod';

/** The version of the schema below; a change that old readers cannot follow raises it. */
export const FINDING_SCHEMA_VERSION = 1;

const text = (max: number) => z.string().max(max);

/** A place in a file. Lines count from 1, columns from 1 in UTF-16 code units; the end is exclusive. */
export const placeSchema = z.strictObject({
  file: text(4096),
  line: z.int().min(1),
  column: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
  /** The first line of code at that place, cut to 200 characters. */
  code: text(200),
});
export type Place = z.infer<typeof placeSchema>;

/** One step that a value took on its way, and why the scan believes it. */
export const stepSchema = z.strictObject({ ...placeSchema.shape, why: text(300) });
export type FindingStep = z.infer<typeof stepSchema>;

/** Which part of a request holds the parameter. */
export const PARAMETER_PLACES = [
  'query',
  'form',
  'body',
  'header',
  'cookie',
  'path',
  'file',
  'url',
  'message',
  'any',
] as const;
export type ParameterPlace = (typeof PARAMETER_PLACES)[number];

/** Where a finding of the web comes in: what a shield needs to know to stand in front of it. */
export const webSourceSchema = z.strictObject({
  framework: text(40),
  /** Route template as the framework writes it, for example `/users/<int:id>`; null when it is not known. */
  route: text(500).nullable(),
  /** Upper-case HTTP methods; empty when they are not known. */
  methods: z.array(text(20)).max(20),
  parameter: z.strictObject({
    in: z.enum(PARAMETER_PLACES),
    /** Null when every parameter of that place is meant or its name is computed. */
    name: text(200).nullable(),
  }),
});
export type WebSource = z.infer<typeof webSourceSchema>;

export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const CONFIDENCES = ['confirmed', 'likely', 'possible'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** One thing that is wrong in the code: one finding a root cause. */
export const findingSchema = z.strictObject({
  version: z.literal(FINDING_SCHEMA_VERSION),
  /** Stable word, for example `py/sql-injection`. */
  rule: z.string().regex(/^[a-z]{2,10}\/[a-z0-9-]{2,60}$/),
  title: text(120),
  cwe: z.array(z.int().positive()).min(1).max(8),
  /** OWASP Top 10 category, for example `A05:2025`. */
  owasp: z.array(text(20)).max(4),
  /** OWASP ASVS 5 requirements, for example `v5.0.0-1.2.4`. */
  asvs: z.array(text(20)).max(8),
  severity: z.enum(SEVERITIES),
  confidence: z.enum(CONFIDENCES),
  /** 32 hexadecimal digits that stay the same when lines move. */
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
  place: placeSchema,
  message: text(500),
  /** Why the scan believes it. */
  why: text(1000),
  fix: z.strictObject({ text: text(1000), code: text(2000).optional() }),
  /** From the source to the sink; a single step for a check without flow. */
  path: z.array(stepSchema).min(1).max(64),
  source: webSourceSchema.optional(),
  sink: z.strictObject({
    /** What the value reaches: `sql`, `shell`, `html`, `path`, `url` and so on. */
    kind: text(40),
    /** The function that is called there, for example `sqlite3.Cursor.execute`. */
    name: text(200),
    /** Where in the text of the sink the value stands, for example `identifier` or `quoted`. */
    position: text(40).optional(),
  }),
  suppressed: z
    .strictObject({ by: z.enum(['nosec', 'gatehouse']), reason: text(300), line: z.int().min(1) })
    .optional(),
});
export type Finding = z.infer<typeof findingSchema>;
