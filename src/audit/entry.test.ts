import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type EventFields } from '../core/index.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import { prepareEvent } from './event-values.ts';
import { checkOpenings, commitmentsLength, eraseValues, fitsCommitments } from './openings.ts';

const fields = fc.record(
  {
    actor: fc.string({ unit: 'binary', maxLength: 30 }),
    reason: fc.string({ unit: 'grapheme', maxLength: 30 }),
    roles: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
    count: fc.nat(),
    name: fc.string({ unit: 'binary', maxLength: 40 }),
    path: fc.string({ maxLength: 40 }),
    address: fc.ipV6(),
  },
  { requiredKeys: [] },
);

const encode = (event: EventFields) =>
  encodeEntry(
    prepareEvent({ type: 'signin.succeeded', outcome: 'success', fields: event }),
    { id: 'evt_1', instance: 'gate-1', sequence: 7 },
    1_800_000_000_000,
  );

test('an entry is canonical JSON, whatever it holds', () => {
  fc.assert(
    fc.property(fields, (event) => {
      const text = encode(event).entry.toString('utf8');
      assert.equal(text, canonicalJson(JSON.parse(text)));
    }),
  );
});

test('an entry is read back as it was prepared, and its openings fit', () => {
  fc.assert(
    fc.property(fields, (event) => {
      const { entry, openings } = encode(event);
      const prepared = prepareEvent({ type: 'signin.succeeded', outcome: 'success', fields: event });
      const read = decodeEntry(entry, openings);
      assert.deepEqual({ ...read.fields }, { ...prepared.public, ...prepared.personal });
      assert.deepEqual(read.erased, []);
      assert.deepEqual(checkOpenings(openings, JSON.parse(entry.toString('utf8')).personal), {
        changed: [],
        erased: [],
      });
    }),
  );
});

test('openings fit the text of their own entry, and with any bit changed, cut off or added they do not', () => {
  const fits = (openings: Buffer, text: string, start: number): boolean =>
    commitmentsLength(openings) !== undefined && fitsCommitments(openings, text, start);
  fc.assert(
    fc.property(fields, fc.nat(), fc.integer({ min: 0, max: 7 }), (event, place, bit) => {
      const { entry, openings } = encode(event);
      const text = entry.toString('latin1');
      const start = text.lastIndexOf('"personal":{') + '"personal":{'.length;
      assert.ok(fits(openings, text, start));
      assert.equal(text[start + (commitmentsLength(openings) ?? -1)], '}');
      if (openings.length === 0) return;
      const changed = Buffer.from(openings);
      const at = place % openings.length;
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      assert.ok(!fits(changed, text, start));
      assert.ok(!fits(openings.subarray(0, at), text, start));
      assert.ok(!fits(Buffer.concat([openings, openings]), text, start));
    }),
  );
});

test('an erased value is gone from the bytes, and the rest still fits', () => {
  const { entry, openings } = encode({ name: 'ada lovelace', address: '192.0.2.1' });
  assert.deepEqual(eraseValues(openings, new Set(['name', 'path'])), ['name']);
  assert.ok(!openings.includes('ada lovelace'));
  const read = decodeEntry(entry, openings);
  assert.deepEqual([read.fields.name, read.fields.address, read.erased], [undefined, '192.0.2.1', ['name']]);
  const { personal } = JSON.parse(entry.toString('utf8'));
  assert.deepEqual(checkOpenings(openings, personal), { changed: [], erased: ['name'] });
});

test('the same value twice has two commitments that have nothing in common', () => {
  const [a, b] = [encode({ address: '192.0.2.1' }), encode({ address: '192.0.2.1' })];
  assert.notEqual(
    JSON.parse(a.entry.toString()).personal.address,
    JSON.parse(b.entry.toString()).personal.address,
  );
});
