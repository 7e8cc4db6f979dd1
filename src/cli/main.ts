import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT, report } from './errors.ts';

interface LazyCommand {
  says: string;
  load(): Promise<Command>;
}

/** The commands in the order of the help. Each is loaded when it is called: a command starts no faster than its imports. */
const COMMANDS: Readonly<Record<string, LazyCommand>> = {
  run: {
    says: 'start an app and guard it: gatehouse run -- COMMAND',
    load: async () => (await import('./commands/run.ts')).runCommand(),
  },
  serve: {
    says: 'guard apps that already run',
    load: async () => (await import('./commands/serve.ts')).serveCommand(),
  },
  scan: {
    says: 'find what is wrong in code',
    load: async () => (await import('./commands/scan.ts')).scanCommand(),
  },
  shield: {
    says: 'narrow rules at the gate, made from findings',
    load: async () => (await import('./commands/shield.ts')).shieldCommand(),
  },
  probe: {
    says: 'try findings with harmless proofs, bare and through the gate',
    load: async () => (await import('./commands/probe.ts')).probeCommand(),
  },
  people: {
    says: 'add, list and change accounts',
    load: async () => (await import('./commands/people.ts')).peopleCommand(),
  },
  mail: {
    says: 'try whether mail can be sent',
    load: async () => (await import('./commands/mail.ts')).mailCommand(),
  },
  check: {
    says: 'check the configuration',
    load: async () => (await import('./commands/check.ts')).checkCommand(),
  },
  explain: {
    says: 'who may do what, and which line says so',
    load: async () => {
      const [{ explainCommand }, { findPerson }, { shieldsBefore }] = await Promise.all([
        import('./commands/explain.ts'),
        import('./find-person.ts'),
        import('./loop/shields-before.ts'),
      ]);
      return explainCommand({ findPerson, shieldsBefore });
    },
  },
  access: {
    says: 'what an edited configuration would open or close',
    load: async () => (await import('./commands/access.ts')).accessCommand(),
  },
  test: {
    says: 'run the examples of who may and who may not',
    load: async () => (await import('./commands/test-policy.ts')).testPolicyCommand(),
  },
  csp: {
    says: 'learn and propose the content security policy of an app',
    load: async () => (await import('./commands/csp.ts')).cspCommand(),
  },
  log: {
    says: 'read and follow the security log',
    load: async () => (await import('./commands/log.ts')).logCommand(),
  },
  audit: {
    says: 'verify, prove and export the security log',
    load: async () => (await import('./commands/audit.ts')).auditCommand(),
  },
  witness: {
    says: 'remember and cosign the growth of logs',
    load: async () => (await import('./commands/witness.ts')).witnessCommand(),
  },
  trust: {
    says: 'make this machine trust the local authority',
    load: async () => (await import('./commands/trust.ts')).trustCommand(),
  },
  doctor: {
    says: 'look at certificate, clock, files and bypass',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  backup: {
    says: 'write the data directory, keys included, into one file',
    load: async () => (await import('./commands/backup.ts')).backupCommand(),
  },
  restore: {
    says: 'make a data directory from a backup',
    load: async () => (await import('./commands/backup.ts')).restoreCommand(),
  },
};

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Makes a command and all below it throw instead of ending the process, so that exit codes are ours. */
const throwing = (command: Command): Command => {
  command.exitOverride();
  for (const child of command.commands) throwing(child);
  return command;
};

/** The program with the command that was called; the others stand there by name alone, for the help. */
const program = async (called: string | undefined): Promise<Command> => {
  const root = new Command('gatehouse')
    .description('Makes any web app or dashboard safe with one command.')
    .version(version)
    .showHelpAfterError('See "gatehouse --help".');
  for (const [name, { says, load }] of Object.entries(COMMANDS)) {
    root.addCommand(name === called ? await load() : new Command(name).description(says));
  }
  return throwing(root);
};

// A reader that has seen enough (`gatehouse log | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
);

try {
  // `gatehouse help run` shows the help of run.
  const [first, second] = process.argv.slice(2);
  await (await program(first === 'help' ? second : first)).parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'));
}
