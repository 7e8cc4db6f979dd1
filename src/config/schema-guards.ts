import { z } from 'zod';
import { method, pathPattern, rate } from './scalars.ts';

/** Directives that a person may widen for an app; those that hold the page together (base-uri, object-src) are not here. */
export const CSP_DIRECTIVES = [
  'script-src',
  'style-src',
  'img-src',
  'font-src',
  'connect-src',
  'frame-src',
  'media-src',
  'worker-src',
  'manifest-src',
  'form-action',
] as const;

export type CspDirective = (typeof CSP_DIRECTIVES)[number];

// A source expression (CSP 3 section 2.3.1) without what would end the directive or the header. Whole schemes but for
// data and blob are no bound at all, so they are not taken.
const SOURCE =
  /^(?:'(?:unsafe-inline|unsafe-eval|wasm-unsafe-eval|unsafe-hashes|sha(?:256|384|512)-[A-Za-z0-9+/]{43,88}={0,2})'|data:|blob:|(?:https|wss):\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?::\d{1,5})?(?:\/[A-Za-z0-9._~/%-]{0,200})?)$/;

export const cspSource = () =>
  z
    .string()
    .max(512)
    .regex(SOURCE, {
      error: (issue) =>
        `"${String(issue.input)}" is not a source: write https://host, wss://host, data:, blob: or a quoted keyword`,
    });

const mode = z.enum(['off', 'observe', 'block']);

/** The content security policy of an app as a person wants it. */
export interface CspConfig {
  mode: 'off' | 'observe' | 'block';
  /** Sources beyond those of the preset. */
  add: Readonly<Partial<Record<CspDirective, readonly string[]>>>;
  /** Pages whose inline scripts are hashed when the app starts; undefined: those that the framework makes. */
  pages: readonly string[] | undefined;
}

/** `csp` of an app: a mode, or the mode with what a person has approved. */
export const cspSchema = z
  .union(
    [
      mode.transform((word): CspConfig => ({ mode: word, add: {}, pages: undefined })),
      z
        .strictObject({
          mode: mode.default('observe').meta({ description: 'As the single word', examples: ['block'] }),
          add: z
            .partialRecord(z.enum(CSP_DIRECTIVES), z.array(cspSource()).min(1).max(200))
            .default({})
            .meta({
              description: 'Sources beyond the policy of the preset, by directive',
              examples: [{ 'img-src': ['https://tiles.example.com'] }],
            }),
          pages: z
            .array(pathPattern().refine((path) => !path.includes('*'), 'it is a pattern, not one page'))
            .max(50)
            .optional()
            .meta({
              description:
                'Pages whose inline scripts are hashed when the app starts; only such as hold nothing that visitors wrote',
              examples: [['/', '/about']],
            }),
        })
        .transform(({ mode: word, add, pages }): CspConfig => ({ mode: word, add, pages })),
    ],
    { error: 'expected off, observe, block or fields' },
  )
  .prefault('observe');

/** Features of the browser that an app's pages may use, beyond those of its preset. */
export const permissionsSchema = z
  .array(
    z.enum([
      'accelerometer',
      'camera',
      'display-capture',
      'geolocation',
      'gyroscope',
      'hid',
      'magnetometer',
      'microphone',
      'midi',
      'payment',
      'serial',
      'usb',
      'xr-spatial-tracking',
    ]),
  )
  .max(13)
  .default([]);

/** How often routes of an app may be asked. */
export const routeRatesSchema = z
  .array(
    z.strictObject({
      paths: z
        .array(pathPattern())
        .min(1)
        .max(100)
        .meta({ description: 'Paths it is about, as rules write them', examples: [['/reports/**']] }),
      methods: z
        .array(method())
        .min(1)
        .max(32)
        .optional()
        .meta({ description: 'Methods it is about. Absent: every method', examples: [['POST']] }),
      rate: rate().meta({ description: 'Requests in a time', examples: ['10/1m'] }),
      each: z
        .enum(['person', 'address', 'all'])
        .default('person')
        .meta({
          description:
            'Who is counted as one: a person (without one, the address), an address, or all together',
          examples: ['person'],
        }),
    }),
  )
  .max(100)
  .default([]);
