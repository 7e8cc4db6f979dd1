/**
 * `node bench/sign-in-timing.ts [--quick]`: whether an answer to a wrong password tells by its time that the account
 * exists. A known, a disabled and two unknown names in turn; the second unknown is the noise floor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSecurityLog } from '../src/audit/index.ts';
import { systemClock as clock, randomToken } from '../src/core/index.ts';
import { openIdentity } from '../src/identity/index.ts';
import { memoryCounters, openStore } from '../src/store/index.ts';
import { openVault } from '../src/vault/index.ts';
import { BenchFault } from './child.ts';
import { ratioOf, spreadOf } from './statistics.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
// No account is guessed at more often than regulation may be set to allow.
const MOST = 100;
const ROUNDS = values.quick ? 20 : MOST - 10;
const NAMES = { known: 'ada', disabled: 'grace', unknown: 'nobody', 'unknown again': 'nobody-else' } as const;
type Kind = keyof typeof NAMES;
const KINDS = Object.keys(NAMES) as Kind[];
let attempts = 0;
// Each from another network, so that none is slowed.
const nextClient = () => {
  attempts++;
  return { address: `10.${attempts >> 8}.${attempts & 255}.1`, userAgent: 'bench' };
};

const directory = mkdtempSync(join(tmpdir(), 'gatehouse-timing-'));
const store = await openStore({ url: join(directory, 'gatehouse.db'), clock });
const vault = await openVault({ directory, store, clock, env: {} });
const log = await openSecurityLog({ directory, clock });
const identity = await openIdentity({
  store,
  vault,
  events: log,
  clock,
  counters: memoryCounters({ clock }),
  // Guesses are not slowed here: what is timed is the answer itself.
  settings: { issuer: 'https://gate.localhost', regulation: { perAccount: MOST } },
});

const attempt = async (name: string): Promise<number> => {
  const browser = randomToken();
  const step = await identity.signIn.start({ browser });
  if (step.next !== 'password') throw new BenchFault('the sign-in does not begin with a password');
  const started = performance.now();
  const input = { step: 'password', name, password: 'not the right one at all' } as const;
  const answer = await identity.signIn.submit({ state: step.state, browser, input, client: nextClient() });
  if (answer.next !== 'password' || answer.problem !== 'wrong')
    throw new BenchFault(`${name}: ${answer.next}`);
  return performance.now() - started;
};

try {
  for (const name of [NAMES.known, NAMES.disabled]) {
    await identity.people.add({ name, roles: ['user'], password: 'plover-anvil-73-quiet-lantern' }, {});
  }
  const grace = await identity.people.byName(NAMES.disabled);
  if (grace) await identity.people.disable(grace.id, {});
  const times: Record<Kind, number[]> = { known: [], disabled: [], unknown: [], 'unknown again': [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (let i = 0; i < KINDS.length; i++) {
      const kind = KINDS[(i + round) % KINDS.length] ?? 'known';
      const time = await attempt(NAMES[kind]);
      if (round > 0) times[kind].push(time);
    }
  }
  console.log('answer to a wrong password      ms median [quartiles]    x unknown');
  for (const kind of KINDS) {
    const { median, low, high } = spreadOf(times[kind]);
    const ratio = ratioOf(times[kind], times.unknown);
    const cells = [
      kind.padEnd(28),
      `${median.toFixed(1)} [${low.toFixed(1)} ${high.toFixed(1)}]`.padStart(26),
      `${ratio.median.toFixed(3)} [${ratio.low.toFixed(3)} ${ratio.high.toFixed(3)}]`.padStart(24),
    ];
    console.log(cells.join(' '));
  }
} finally {
  await identity.close();
  await log.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}
