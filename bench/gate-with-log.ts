// A gate in this process that everybody may pass, and events that must be durable, a hundred a second, from the first
// SIGUSR2 to the next: `off` throws them away, `on` records them, `pool` records them without ever making the event loop
// wait for a flush.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecurityLog } from '../src/audit/index.ts';
import { systemClock } from '../src/core/index.ts';
import { openWireGate } from '../test/harness/open-gate.ts';

const [upstream = '', mode = 'off'] = process.argv.slice(2);
const EVERY = 10;

const directory = mkdtempSync(join(tmpdir(), 'gatehouse-bench-gate-'));
const log =
  mode === 'off'
    ? undefined
    : await openSecurityLog({
        directory,
        clock: systemClock,
        limits: mode === 'pool' ? { blockAtMost: 0 } : {},
      });
const gate = await openWireGate(upstream, {
  limits: { connectionsPerAddress: 100_000, connections: 100_000 },
});

let timer: NodeJS.Timeout | undefined;
let count = 0;
process.on('SIGUSR2', () => {
  if (timer) {
    clearInterval(timer);
    timer = undefined;
    return;
  }
  timer = setInterval(() => {
    count++;
    void log?.record({
      type: 'session.ended',
      outcome: 'success',
      fields: { actor: `per_${count % 1_000}`, session: `ses_${count}`, app: 'app', address: '192.0.2.7' },
    });
  }, EVERY);
});

process.once('SIGTERM', async () => {
  clearInterval(timer);
  await gate.close();
  await log?.close();
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
});
process.stdout.write(`ready ${gate.authority}\n`);
