// Opens a log, records one event and closes it; says on standard output how that went.
import { openSecurityLog } from '../../src/audit/index.ts';
import { isGatehouseError, systemClock } from '../../src/core/index.ts';

const [directory = '', user = ''] = process.argv.slice(2);
// For root no directory is read-only.
if (user !== '') process.setuid?.(Number(user));
try {
  const log = await openSecurityLog({ directory, clock: systemClock, index: false });
  const receipt = await log.record({ type: 'gate.started', outcome: 'success', fields: {} });
  await log.close();
  process.stdout.write(JSON.stringify({ sequence: receipt?.sequence }));
} catch (error) {
  if (!isGatehouseError(error)) throw error;
  const { code, message, remedy } = error;
  process.stdout.write(JSON.stringify({ code, message, remedy }));
}
