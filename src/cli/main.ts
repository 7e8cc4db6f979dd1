import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { accessCommand } from './commands/access.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { checkCommand } from './commands/check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { logCommand } from './commands/log.ts';
import { peopleCommand } from './commands/people.ts';
import { runCommand } from './commands/run.ts';
import { scanCommand } from './commands/scan.ts';
import { serveCommand } from './commands/serve.ts';
import { testPolicyCommand } from './commands/test-policy.ts';
import { trustCommand } from './commands/trust.ts';
import { witnessCommand } from './commands/witness.ts';
import { EXIT, report } from './errors.ts';
import { findPerson } from './find-person.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Makes a command and all below it throw instead of ending the process, so that exit codes are ours. */
const throwing = (command: Command): Command => {
  command.exitOverride();
  for (const child of command.commands) throwing(child);
  return command;
};

const program = (): Command =>
  throwing(
    new Command('gatehouse')
      .description('Makes any web app or dashboard safe with one command.')
      .version(version)
      .showHelpAfterError('See "gatehouse --help".')
      .addCommand(runCommand())
      .addCommand(serveCommand())
      .addCommand(scanCommand())
      .addCommand(peopleCommand())
      .addCommand(checkCommand())
      .addCommand(explainCommand({ findPerson }))
      .addCommand(accessCommand())
      .addCommand(testPolicyCommand())
      .addCommand(logCommand())
      .addCommand(auditCommand())
      .addCommand(witnessCommand())
      .addCommand(backupCommand())
      .addCommand(restoreCommand())
      .addCommand(trustCommand())
      .addCommand(doctorCommand()),
  );

// A reader that has seen enough (`gatehouse log | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
);

try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'));
}
