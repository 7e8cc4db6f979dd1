/**
 * `node bench/scan-sizes.ts FOLDER…`: CPU time and memory of a scan of 10,000, 100,000 and 1,000,000 lines of the Python
 * below the folders, each in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const SIZES = [10_000, 100_000, 1_000_000];
const DOOR = join(import.meta.dirname, '../src/scan/index.ts');
const MEASURE = `
  const { scan } = await import(process.argv[1]);
  const { lines } = scan([process.argv[2]]);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log(lines + ' lines: ' + ((userCPUTime + systemCPUTime) / 1e6).toFixed(1) + ' s of CPU, '
    + Math.round(maxRSS / 1024) + ' MiB');`;

const linesOf = (path: string): number => readFileSync(path, 'latin1').split('\n').length;

if (process.argv[1] === import.meta.filename) {
  const folders = process.argv.slice(2).map((folder) => resolve(folder));
  for (const size of SIZES) {
    const work = mkdtempSync(join(tmpdir(), 'gatehouse-sizes-'));
    let lines = 0;
    for (const [i, folder] of folders.entries()) {
      for (const file of globSync('**/*.py', { cwd: folder }).sort()) {
        if (lines >= size) break;
        if (!statSync(join(folder, file)).isFile()) continue;
        const to = join(work, `${i}-${basename(folder)}`, file);
        mkdirSync(dirname(to), { recursive: true });
        writeFileSync(to, readFileSync(join(folder, file)));
        lines += linesOf(to);
      }
    }
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', MEASURE, DOOR, work], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.stdout.write(ran.stdout);
    rmSync(work, { recursive: true });
  }
}
