import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSecurityLog, readSecurityLog, runWitness, verifySecurityLog } from '../../src/audit/index.ts';
import { systemClock } from '../../src/core/index.ts';

// GATEHOUSE_LONG_TESTS=1 kills 200 times.
const KILLS = process.env['GATEHOUSE_LONG_TESTS'] ? 200 : 8;

const root = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Lets a writer run until it is killed, and collects what it was told to be safe. */
const runAndKill = async (
  child: ChildProcess,
  acknowledged: Map<number, string>,
  wait: number,
): Promise<void> => {
  assert.ok(child.stdout);
  const lines = createInterface({ input: child.stdout });
  const closed = once(lines, 'close');
  let ready: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    ready = resolve;
  });
  lines.on('line', (line) => {
    if (line === 'ready') return ready();
    const space = line.indexOf(' ');
    acknowledged.set(Number(line.slice(0, space)), line.slice(space + 1));
  });
  await Promise.race([started, closed]);
  await sleep(wait);
  child.kill('SIGKILL');
  await closed;
};

test('a writer killed again and again under load loses nothing that it acknowledged, and the witness agrees', async (t) => {
  const directory = join(root, 'data');
  const first = await openSecurityLog({ directory, clock: systemClock });
  const { publicKey } = first;
  await first.close();
  const witness = await runWitness({
    directory: join(root, 'witness'),
    host: '127.0.0.1',
    port: 0,
    logs: [publicKey],
  });
  t.after(() => witness.close());
  const acknowledged = new Map<number, string>();
  for (let run = 0; run < KILLS; run++) {
    const script = join(import.meta.dirname, 'killed-writer.ts');
    const child = spawn(process.execPath, [script, directory, witness.url, witness.key, String(run)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await runAndKill(child, acknowledged, 20 + Math.random() * 150);
  }
  const found = new Map<number, string>();
  for await (const { sequence, fields } of readSecurityLog(directory, {}))
    found.set(sequence, String(fields.session));
  for (const [sequence, session] of acknowledged) assert.equal(found.get(sequence), session);

  const before = await verifySecurityLog({ directory, witness: witness.url });
  assert.equal(before.verdict, 'sound', JSON.stringify(before));
  const last = await openSecurityLog({ directory, clock: systemClock });
  await last.addWitness(witness);
  await last.record({ type: 'gate.stopped', outcome: 'success', fields: {} });
  await last.close();
  const report = await verifySecurityLog({ directory, witness: witness.url });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.witnessed, report.entries);
  assert.ok(
    report.entries >= acknowledged.size && acknowledged.size > KILLS,
    `${acknowledged.size} acknowledged`,
  );
  t.diagnostic(`${KILLS} kills, ${acknowledged.size} events acknowledged, ${report.entries} entries`);
});
