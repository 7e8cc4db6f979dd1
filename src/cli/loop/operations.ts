import { z } from 'zod';
import { findingSchema } from '../../core/index.ts';
import { operation } from '../control/operation.ts';
import { endScan, keepFindings, keptFindings } from './finding-book.ts';
import { keepProbes, keptProbes } from './probe-book.ts';
import { changeShields, keptShields, proposeShields, retireShields } from './shield-book.ts';

const root = z.string().min(1).max(4_096);
const time = z.int().nonnegative();
const fingerprint = z.string().regex(/^[0-9a-f]{32}$/);
const said = z.string().max(1_000);

/** Operations on findings, shields and probes: run by whoever owns the data directory. */
export const LOOP_OPERATIONS = {
  'findings.keep': operation(
    z.strictObject({ root, at: time, findings: z.array(findingSchema).max(1_000) }),
    async (data, input) => ({ fresh: await keepFindings(data, input.root, input.at, input.findings) }),
  ),
  'findings.end-scan': operation(
    z.strictObject({ root, at: time, unread: z.array(z.string().max(4_096)).max(10_000) }),
    async (data, input) => {
      const gone = await endScan(data, input.root, input.at, input.unread);
      const probes = await keptProbes(data);
      // A probe of before may have seen already what the scan sees now.
      for (const one of gone) {
        const last = probes.find((probe) => probe.fingerprint === one);
        if (last?.outcome === 'fixed') await retireShields(data, one, true);
      }
      return { gone };
    },
  ),
  'findings.list': operation(z.strictObject({}), async (data) => ({ findings: await keptFindings(data) })),
  'shields.list': operation(z.strictObject({ all: z.boolean() }), async (data, input) => ({
    shields: await keptShields(data.store, input.all),
  })),
  'shields.propose': operation(
    z.strictObject({ app: z.string().min(1).max(64), hosts: z.array(z.string().min(1).max(260)).max(64) }),
    async (data, input) => proposeShields(data, input.app, input.hosts),
  ),
  'shields.change': operation(
    z.strictObject({
      ids: z.union([z.enum(['all', 'retired']), z.array(z.string().max(64)).max(2_000)]),
      state: z.enum(['observe', 'block', 'removed']),
    }),
    async (data, input) => ({ changed: await changeShields(data, input.ids, input.state) }),
  ),
  'probes.keep': operation(
    z.strictObject({
      reports: z
        .array(
          z.strictObject({
            fingerprint,
            app: z.string().max(64),
            outcome: z.enum(['open', 'shielded', 'fixed', 'unproved']),
            direct: said,
            gated: said.nullable(),
            ordinary: said.nullable(),
            incident: z.string().max(32).nullable(),
          }),
        )
        .max(500),
    }),
    async (data, input) => keepProbes(data, input.reports),
  ),
  'probes.list': operation(z.strictObject({}), async (data) => ({ probes: await keptProbes(data) })),
} as const;
