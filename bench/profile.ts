/**
 * `node bench/profile.ts [--seconds N] [--h2] [--large]`: where a guarded request spends its time, by function and by
 * folder, from V8's own profile of the real program under load.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadHttp1, loadHttp2 } from './load.ts';
import { startField } from './targets.ts';

const ROOT = join(import.meta.dirname, '..');
const SHOWN = 45;

const PROFILE = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
  startTime: z.number(),
});

const placeOf = (url: string): string => {
  if (url === '') return '(native)';
  if (!url.startsWith('file:')) return url;
  return relative(ROOT, fileURLToPath(url));
};

/** Our rooms by folder, packages by name, Node by module. */
const folderOf = (place: string): string => {
  if (place.startsWith('node_modules/')) return place.split('/').slice(0, 3).join('/');
  if (place.startsWith('src/')) return place.split('/').slice(0, 3).join('/');
  return place;
};

/** Microseconds of a request, by name. */
const top = (times: ReadonlyMap<string, number>, requests: number): string =>
  [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([name, time]) => `${(time / requests).toFixed(1).padStart(7)}  ${name}`)
    .join('\n');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    h2: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
// V8 stamps its samples by the same clock, in microseconds.
const now = (): number => Number(process.hrtime.bigint() / 1_000n);
let [from, until, requests] = [0, Number.POSITIVE_INFINITY, 1];
const directory = mkdtempSync(join(tmpdir(), 'gatehouse-profile-'));
try {
  const options = `--cpu-prof --cpu-prof-dir=${directory} --cpu-prof-interval=250`;
  const field = await startField(directory, { only: ['gatehouse'], nodeOptions: options });
  const [target] = field.targets;
  if (target?.secure) {
    const load = {
      url: `${target.secure}${values.large ? '/large' : '/small'}`,
      headers: target.headers,
      seconds: Number(values.seconds),
    };
    // The first second warms up: what is compiled then is not what a running gate does.
    await loadHttp1({ ...load, seconds: 1 });
    from = now();
    const seen = values.h2 ? await loadHttp2(load, directory) : await loadHttp1(load);
    until = now();
    requests = seen.requests;
    process.stderr.write(`${seen.requests} requests\n`);
  }
  await field.stop();
  const files = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  const largest = files
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .sort((a, b) => b.length - a.length)[0];
  if (largest === undefined) process.stderr.write('no profile was written\n');
  else {
    if (values.keep !== undefined) writeFileSync(values.keep, largest);
    const { nodes, samples, timeDeltas, startTime } = PROFILE.parse(JSON.parse(largest));
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    const [functions, folders] = [new Map<string, number>(), new Map<string, number>()];
    let [total, at] = [0, startTime];
    for (const [i, id] of samples.entries()) {
      const spent = timeDeltas[i] ?? 0;
      at += spent;
      const frame = frames.get(id);
      if (at < from || at > until || !frame || frame.functionName === '(idle)') continue;
      const place = placeOf(frame.url);
      const name = `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`;
      const folder = place === '(native)' ? frame.functionName : folderOf(place);
      functions.set(name, (functions.get(name) ?? 0) + spent);
      folders.set(folder, (folders.get(folder) ?? 0) + spent);
      total += spent;
    }
    process.stdout.write(
      `${(total / requests).toFixed(0)} microseconds of CPU a request\n\nBy folder\n${top(folders, requests)}\n\n` +
        `By function\n${top(functions, requests)}\n`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
