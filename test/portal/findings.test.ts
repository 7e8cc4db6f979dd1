import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endScan, keepFindings, keptFindings } from '../../src/cli/loop/finding-book.ts';
import { keepProbes } from '../../src/cli/loop/probe-book.ts';
import {
  changeShields,
  keptShields,
  proposeShields,
  standingShields,
} from '../../src/cli/loop/shield-book.ts';
import { scan } from '../../src/scan/index.ts';
import { examplePath } from '../apps/venv.ts';
import { openTestPortal, type TestPortal } from './open-portal.ts';
import { Visitor } from './visitor.ts';

const FOLDER = examplePath('holes-flask');

let world: TestPortal;
let maria: Visitor;
let mariaId = '';

before(async () => {
  world = await openTestPortal();
  mariaId = await world.add('maria', ['admin']);
  await world.add('ana', ['analyst']);
  maria = await new Visitor(world.portal).signIn('maria');
  await keepFindings(world.loop, FOLDER, 1, scan([FOLDER]).findings);
  await proposeShields(world.loop, 'sales', []);
});
after(() => world.close());

const report = (fingerprint: string, outcome: 'shielded' | 'fixed') => ({
  fingerprint,
  app: 'sales',
  outcome,
  direct: 'it worked out 7 × 6',
  gated: 'refused (incident aaaa-bbbb-cccc)',
  ordinary: null,
  incident: 'aaaa-bbbb-cccc',
});

test('a finding, its shield and the last proof stand on one line, each with its event', async () => {
  const [first] = await keptFindings(world.loop);
  assert.ok(first);
  await keepProbes(world.loop, [report(first.finding.fingerprint, 'shielded')]);
  const page = await (await maria.get('/findings')).text();
  const row = page.split('<tr>').find((text) => text.includes('it worked out 7 × 6'));
  assert.match(row ?? '', /proposed/);
  assert.match(row ?? '', /aaaa-bbbb-cccc/);
  assert.equal(row?.match(/evt_[0-9a-z]{20}/g)?.length, 3);
});

test('a manager lets a shield block and takes it away; the events name who did it', async () => {
  const [shield] = await keptShields(world.loop.store);
  assert.ok(shield);
  const { id } = shield.shield;
  const changed = await maria.fill('/findings', '/findings/shields', { shield: id, to: 'block' });
  assert.equal(changed.headers.get('location'), '/findings');
  assert.equal((await standingShields(world.loop.store)).size, 1);
  await maria.fill('/findings', '/findings/shields', { shield: id, to: 'removed' });
  assert.equal((await standingShields(world.loop.store)).size, 0);
  const events = world.recorded.filter(({ type, fields }) => type === 'shield.changed' && fields.rule === id);
  assert.deepEqual(
    events.map(({ fields }) => [fields.reason, fields.actor]),
    [
      ['proposed', undefined],
      ['applied to block', mariaId],
      ['removed', mariaId],
    ],
  );
  const unknown = await maria.fill('/findings', '/findings/shields', { shield: 'shd_none', to: 'block' });
  assert.equal(unknown.status, 404);
});

test('others see no findings', async () => {
  const ana = await new Visitor(world.portal).signIn('ana');
  assert.equal((await ana.get('/findings')).status, 403);
});

test('removal is proposed only when scan and probe agree, and taken back when the hole is back', async () => {
  const findings = await keptFindings(world.loop);
  const [, second] = findings;
  assert.ok(second);
  const { fingerprint } = second.finding;
  const retireAt = async () =>
    (await keptShields(world.loop.store)).find(({ shield }) => shield.finding === fingerprint)?.retireAt;
  await changeShields(world.loop, 'all', 'block');
  await keepProbes(world.loop, [report(fingerprint, 'fixed')]);
  assert.equal(await retireAt(), null, 'the scan still finds it');
  const others = findings.filter(({ finding }) => finding.fingerprint !== fingerprint);
  await keepFindings(
    world.loop,
    FOLDER,
    2,
    others.map(({ finding }) => finding),
  );
  assert.deepEqual(
    await endScan(world.loop, FOLDER, 2, [second.finding.place.file]),
    [],
    'its file was not read',
  );
  assert.deepEqual(await endScan(world.loop, FOLDER, 2, []), [fingerprint]);
  await keepProbes(world.loop, [report(fingerprint, 'fixed')]);
  assert.notEqual(await retireAt(), null);
  await keepProbes(world.loop, [report(fingerprint, 'shielded')]);
  assert.equal(await retireAt(), null);
});
