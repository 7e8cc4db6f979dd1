// The process of a witness that a gate has started beside itself: says on standard output where it answers, and ends
// when standard input does, which is when the gate has ended, however it ended.
import { runWitness } from './run-witness.ts';

const [directory = '', log = '', ...rotations] = process.argv.slice(2);

// A signal to the whole group must not end the witness before the gate's last checkpoint is cosigned.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);

try {
  const witness = await runWitness({ directory, host: '127.0.0.1', port: 0, logs: [log], rotations });
  process.stdout.write(`${JSON.stringify({ url: witness.url, key: witness.key })}\n`);
  process.stdin.resume();
  process.stdin.on('close', () => {
    witness.close().finally(() => process.exit(0));
  });
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`,
  );
  process.exitCode = 1;
}
