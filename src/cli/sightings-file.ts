import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CSP_DIRECTIVES } from '../config/index.ts';
import { parseJson } from '../core/index.ts';
import { type CspSighting, type CspSightings, openSightings } from '../gate/index.ts';

const SAVE_EVERY = 30_000;
const MAX_LENGTH = 16 * 1_024 * 1_024;

const schema = z.record(
  z.string(),
  z.array(
    z.strictObject({
      directive: z.enum([...CSP_DIRECTIVES, 'other']),
      blocked: z.string().max(8_192),
      disposition: z.enum(['enforce', 'report']),
      count: z.int().positive(),
      first: z.number(),
      last: z.number(),
      pages: z.array(z.string().max(200)).max(5),
      people: z.array(z.string().max(64)).max(10),
    }),
  ),
);

const read = (file: string): Record<string, readonly CspSighting[]> => {
  try {
    return schema.parse(parseJson(readFileSync(file, 'utf8'), { maxLength: MAX_LENGTH }));
  } catch {
    // Missing or damaged: it is learned anew, and nothing is allowed by it meanwhile.
    return {};
  }
};

/** The sightings in a data directory: written while the gate runs, at most twice a minute, and once more at the end. */
export const openSightingsFile = (directory: string): { sightings: CspSightings; close(): void } => {
  const file = join(directory, 'csp-sightings.json');
  const kept = openSightings(read(file));
  let changed = false;
  const save = (): void => {
    if (!changed) return;
    changed = false;
    try {
      writeFileSync(`${file}.new`, JSON.stringify(kept.all()), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch {
      // A full disk costs what was learned, never a request.
      changed = true;
    }
  };
  const timer = setInterval(save, SAVE_EVERY);
  timer.unref();
  return {
    sightings: {
      ...kept,
      add: (...told) => {
        kept.add(...told);
        changed = true;
      },
      clear: (app) => {
        kept.clear(app);
        changed = true;
      },
    },
    close: () => {
      clearInterval(timer);
      save();
    },
  };
};
