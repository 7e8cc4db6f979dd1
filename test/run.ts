// Runs the tests: all of them, or the files and folders named on the command line. With CI set, a skipped test
// is a failure, so that nothing goes untested in silence.
import { globSync, statSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const ROOT = new URL('..', import.meta.url).pathname;
/** At most so many files get a second try: more is no accident. */
const SECOND_TRIES = 4;
const longTests = process.env['GATEHOUSE_LONG_TESTS'] !== undefined;
const strict = Boolean(process.env['CI']);
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const patterns =
  named.length === 0
    ? ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts', 'bench/**/*.test.ts']
    : named.map((name) =>
        statSync(name, { throwIfNoEntry: false })?.isDirectory() ? `${name}/**/*.test.ts` : name,
      );

const files = globSync(patterns, {
  cwd: ROOT,
  exclude: (path) => path.includes('node_modules') || path.includes('.cache'),
})
  .map((file) => new URL(file, `file://${ROOT}`).pathname)
  .sort();
if (files.length === 0) {
  process.stderr.write(`no test matches ${patterns.join(' ')}\n`);
  process.exit(2);
}

const skipped: string[] = [];

/** Runs `tests`, `concurrency` files at a time; the files in which something failed. */
const failuresOf = (tests: readonly string[], concurrency: number): Promise<Set<string>> =>
  new Promise((resolve) => {
    const failed = new Set<string>();
    const stream = run({ files: tests, concurrency, timeout: longTests ? 30 * 60_000 : 5 * 60_000 });
    stream.on('test:pass', (data) => {
      if (data.skip !== undefined && data.skip !== false) skipped.push(`${data.name}: ${data.skip}`);
    });
    // A suite fails by the tests in it, and may be declared in a file that is no test itself.
    stream.on('test:fail', ({ file, name, details }) => {
      if (details.type !== 'suite') failed.add(file ?? name);
    });
    stream.compose(spec).pipe(process.stdout);
    stream.on('end', () => resolve(failed));
  });

let failed = await failuresOf(files, 2);
// Browsers and servers on a machine that others load miss a deadline now and then: what failed is run once more by
// itself. It is told all the same, since what needs a second try is to be looked at.
if (
  strict &&
  failed.size > 0 &&
  failed.size <= SECOND_TRIES &&
  [...failed].every((file) => files.includes(file))
) {
  const unsteady = failed;
  process.stdout.write(`\nOnce more, alone:\n${[...unsteady].map((file) => `  ${file}`).join('\n')}\n`);
  failed = await failuresOf([...unsteady], 1);
  for (const file of unsteady)
    if (!failed.has(file)) process.stdout.write(`Passed at the second try, look at it: ${file}\n`);
}

const reasons = new Set(skipped.map((line) => line.slice(line.indexOf(': ') + 2)));
if (skipped.length > 0)
  process.stdout.write(`\n${skipped.length} skipped:\n${[...reasons].map((why) => `  ${why}`).join('\n')}\n`);
if (strict && skipped.length > 0) process.stdout.write('A skipped test is a failure here.\n');
process.exitCode = failed.size > 0 || (strict && skipped.length > 0) ? 1 : 0;
