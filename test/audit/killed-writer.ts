// Writes to a log as fast as it can and says on standard output what was acknowledged, until somebody kills it.
import { openSecurityLog } from '../../src/audit/index.ts';
import { systemClock } from '../../src/core/index.ts';

const [directory = '', url = '', key = '', run = ''] = process.argv.slice(2);

const log = await openSecurityLog({
  directory,
  clock: systemClock,
  limits: { checkpointEvery: 5, segmentBytes: 200_000 },
});
await log.addWitness({ url, key });
process.stdout.write('ready\n');

const write = async (writer: number): Promise<never> => {
  for (let i = 0; ; i++) {
    const session = `run ${run} writer ${writer} event ${i}`;
    const fields = { session, name: `person ${writer}`, address: '192.0.2.1' };
    const receipt = await log.record({ type: 'session.ended', outcome: 'success', fields });
    process.stdout.write(`${receipt?.sequence} ${session}\n`);
  }
};

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
