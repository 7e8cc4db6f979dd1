/**
 * `node bench/profile.ts [--seconds N] [--h2] [--large] [--target bare]`: where a guarded request spends its processor
 * time, by function and by folder. V8's samples of the real program under load give the shares, the kernel the whole.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadHttp1, loadHttp2 } from './load.ts';
import { startField, TARGETS } from './targets.ts';
import { usageOf } from './usage.ts';

const ROOT = join(import.meta.dirname, '..');
const SHOWN = 45;
const WARM = 8;

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

/** The greatest, `scale` times their samples. */
const top = (samples: ReadonlyMap<string, number>, scale: number): string =>
  [...samples]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([name, count]) => `${(count * scale).toFixed(1).padStart(7)}  ${name}`)
    .join('\n');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    h2: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    target: { type: 'string', default: 'gatehouse' },
    keep: { type: 'string' },
  },
});
// V8 stamps its samples by the same clock, in microseconds.
const now = (): number => Number(process.hrtime.bigint() / 1_000n);
let [from, until, cpu] = [0, Number.POSITIVE_INFINITY, 0];
const directory = mkdtempSync(join(tmpdir(), 'gatehouse-profile-'));
try {
  const options = `--cpu-prof --cpu-prof-dir=${directory} --cpu-prof-interval=250`;
  const field = await startField(directory, {
    only: [z.enum(TARGETS).parse(values.target)],
    nodeOptions: options,
  });
  const [target] = field.targets;
  if (target?.secure) {
    const load = {
      url: `${target.secure}${values.large ? '/large' : '/small'}`,
      headers: target.headers,
      seconds: Number(values.seconds),
    };
    // What is compiled first is not what a running gate does.
    await loadHttp1({ ...load, seconds: WARM });
    const before = usageOf(target.pid).cpu;
    from = now();
    const seen = values.h2 ? await loadHttp2(load, directory) : await loadHttp1(load);
    until = now();
    cpu = (usageOf(target.pid).cpu - before) / seen.requests;
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
      at += timeDeltas[i] ?? 0;
      const frame = frames.get(id);
      if (at < from || at > until || !frame || frame.functionName === '(idle)') continue;
      const place = placeOf(frame.url);
      const name = `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`;
      const folder = place === '(native)' ? frame.functionName : folderOf(place);
      functions.set(name, (functions.get(name) ?? 0) + 1);
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
      total++;
    }
    const scale = cpu / total;
    process.stdout.write(
      `${cpu.toFixed(0)} microseconds of CPU a request, all threads\n\nBy folder\n${top(folders, scale)}\n\n` +
        `By function\n${top(functions, scale)}\n`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
