import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import {
  checkProof,
  EXPORT_FORMATS,
  type ExportFormat,
  exportLog,
  type ForwardTarget,
  forwardLog,
  printable,
  proveEvent,
  readPublicKeys,
  rotateLogKey,
  VERDICTS,
  type VerifyReport,
  verifySecurityLog,
} from '../../audit/index.ts';
import { parseLogReceiver } from '../../config/index.ts';
import { GatehouseError, systemClock } from '../../core/index.ts';
import { forwardTarget } from '../log-receiver.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';
import { type FilterOptions, filterOf, withFilterOptions, writeLine } from './log.ts';

interface VerifyOptions extends ConfigOptions {
  publicKey?: string;
  witness?: string;
  json?: boolean;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const directoryOf = async (options: ConfigOptions): Promise<string> =>
  (await findDataConfig(options)).loaded.config.data;
const moment = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');

const describe = (report: VerifyReport): string => {
  const sound = report.verdict === 'sound';
  const lines = [styleText(['bold', sound ? 'green' : 'red'], report.verdict)];
  if (report.origin !== undefined) {
    lines.push(`${report.entries} entries of ${printable(report.origin)}, ${report.signed} of them signed`);
  }
  if (report.witnessed !== undefined) {
    const when = report.witnessedAt === undefined ? '' : ` on ${moment(report.witnessedAt)}`;
    lines.push(`A witness cosigned the first ${report.witnessed}${when}.`);
  }
  if (report.erased > 0)
    lines.push(`${report.erased} entries had personal values erased, as the log records.`);
  if (report.pruned > 0)
    lines.push(`${report.pruned} entries were removed by retention, as the log records.`);
  for (const { kind, says } of report.findings) lines.push(`${styleText('red', kind)}: ${printable(says)}`);
  for (const note of report.notes) lines.push(styleText('yellow', note));
  return lines.join('\n');
};

/** A line of progress on a terminal, nothing anywhere else. */
const showProgress = (): { progress(done: number): void; done(): void } => {
  const { stderr } = process;
  if (!stderr.isTTY) return { progress: () => undefined, done: () => undefined };
  return {
    progress: (done) => void stderr.write(`\r${done.toLocaleString('en')} entries verified`),
    done: () => void stderr.write('\r\u001b[2K'),
  };
};

const verify = async (options: VerifyOptions): Promise<void> => {
  const { publicKey, witness, json } = options;
  const { progress, done } = showProgress();
  const report = await verifySecurityLog({
    directory: await directoryOf(options),
    progress,
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(witness === undefined ? {} : { witness }),
  }).finally(done);
  print(json ? JSON.stringify({ ...report, exitCode: VERDICTS[report.verdict] }) : describe(report));
  process.exitCode = VERDICTS[report.verdict];
};

const verifyCommand = (): Command =>
  withConfigOptions(new Command('verify').description('verify that nothing witnessed was rewritten'))
    .option(
      '--public-key <file>',
      'copy of keys/log.pub (default: the one in the data directory, and it is said)',
    )
    .option(
      '--witness <url|file>',
      'address, directory or saved checkpoint of a witness (default: the one beside the gate)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nExit codes: ${Object.entries(VERDICTS)
        .map(([verdict, code]) => `${code} ${verdict}`)
        .join(', ')}.`,
    )
    .action(verify);

interface ProveOptions extends ConfigOptions {
  output: string;
  personal: boolean;
}

const prove = async (event: string, options: ProveOptions): Promise<void> => {
  const proof = await proveEvent({
    directory: await directoryOf(options),
    event,
    personal: options.personal,
  });
  try {
    await writeFile(options.output, proof, { mode: 0o600 });
  } catch (cause) {
    throw new GatehouseError('usage', `${options.output} cannot be written`, {
      remedy: 'Name a file in a directory that you can write to.',
      cause,
    });
  }
  print(
    `The proof is in ${options.output}. Check it with: gatehouse audit check ${options.output} --public-key FILE`,
  );
};

const proveCommand = (): Command =>
  withConfigOptions(new Command('prove').description('write a proof of one event that anyone can check'))
    .argument('<id>', 'id or number of the event, as gatehouse log --json shows it')
    .requiredOption('--output <file>', 'file for the proof')
    .option('--no-personal', 'leave personal values out of the proof')
    .action(prove);

interface CheckOptions {
  publicKey: string;
  witnessKey?: string;
  json?: boolean;
}

const check = async (file: string, { publicKey, witnessKey, json }: CheckOptions): Promise<void> => {
  let proof: string;
  try {
    proof = await readFile(file, 'utf8');
  } catch (cause) {
    throw new GatehouseError('usage', `the proof ${file} cannot be read`, {
      remedy: 'Name an existing file.',
      cause,
    });
  }
  const proven = checkProof({
    proof,
    keys: await readPublicKeys(publicKey),
    witnesses: witnessKey === undefined ? [] : await readPublicKeys(witnessKey),
  });
  if (json) return print(JSON.stringify(proven));
  const { event, personal, checkpoint, cosigned } = proven;
  print(styleText(['bold', 'green'], 'proven'));
  print(
    `${printable(event.type)} (${event.outcome}) on ${moment(event.time)} UTC, entry ${event.sequence} of ${printable(checkpoint.origin)}`,
  );
  for (const [name, value] of Object.entries({ ...event.fields, ...personal })) {
    print(`  ${printable(name)}: ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`);
  }
  for (const { name, time } of cosigned) print(`Cosigned by ${printable(name)} on ${moment(time)} UTC.`);
};

const checkCommand = (): Command =>
  new Command('check')
    .description('check a proof with nothing but the public key')
    .argument('<file>', 'the proof')
    .requiredOption('--public-key <file>', 'public key of the log, from a source you trust')
    .option('--witness-key <file>', 'public key of a witness whose cosignature to look at')
    .option('--json', 'print JSON')
    .action(check);

interface ExportOptions extends FilterOptions {
  format: ExportFormat;
}

const exportEntries = async (options: ExportOptions): Promise<void> => {
  const directory = await directoryOf(options);
  for await (const line of exportLog(directory, options.format, filterOf(options, Date.now()))) {
    if (!(await writeLine(line))) return;
  }
};

const exportCommand = (): Command =>
  withFilterOptions(new Command('export').description('write the log to standard output for other tools'))
    .addOption(new Option('--format <format>', 'format').choices(EXPORT_FORMATS).makeOptionMandatory())
    .action(exportEntries);

interface ForwardCommandOptions extends ConfigOptions {
  to: string;
  ca?: string;
  header: string[];
}

const targetOf = ({ to, ca, header }: ForwardCommandOptions): Promise<ForwardTarget> => {
  const receiver = parseLogReceiver(to);
  if (receiver) {
    const headers = header.map((line) => [
      line.split(':')[0]?.trim() ?? '',
      line.replace(/^[^:]*:/, '').trim(),
    ]);
    return forwardTarget(receiver, ca, Object.fromEntries(headers));
  }
  throw new GatehouseError('usage', `"${to}" is no receiver`, {
    remedy: 'Write syslog+tls://host:6514, or the https address of a collector that takes OTLP.',
  });
};

const forward = async (options: ForwardCommandOptions): Promise<void> => {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  await forwardLog({
    directory: await directoryOf(options),
    target: await targetOf(options),
    signal: stop.signal,
    warn: ({ message, remedy }) => void process.stderr.write(`${message}\n  ${remedy ?? ''}\n`),
  });
};

const forwardCommand = (): Command =>
  withConfigOptions(
    new Command('forward').description('send every event to a receiver, from where it last came'),
  )
    .requiredOption('--to <url>', 'syslog+tls://host:6514, or the address of an OTLP/HTTP collector')
    .option('--ca <file>', "certificate authority (PEM) of a syslog receiver, instead of the system's")
    .option(
      '--header <name: value>',
      'header for a collector; can be said again',
      (value, before: string[]) => [...before, value],
      [],
    )
    .action(forward);

const rotateKey = async (options: ConfigOptions): Promise<void> => {
  const directory = await directoryOf(options);
  const key = await rotateLogKey({ directory, clock: systemClock });
  print(
    [
      `The log is signed with a new key from now on: ${key}`,
      'The old key is gone; what it signed stays good.',
      `Give ${join(directory, 'keys', 'log.pub')} and ${join(directory, 'keys', 'log.rotations')} to whoever verifies,`,
      'and to witnesses on other machines: gatehouse witness --log FILE --rotation FILE.',
    ].join('\n'),
  );
};

const rotateKeyCommand = (): Command =>
  withConfigOptions(
    new Command('rotate-key').description('give the log a new signing key while the gate does not run'),
  ).action(rotateKey);

/** `gatehouse audit`: proof that the security log was not rewritten. */
export const auditCommand = (): Command =>
  new Command('audit')
    .description('verify, prove and export the security log')
    .addCommand(verifyCommand())
    .addCommand(proveCommand())
    .addCommand(checkCommand())
    .addCommand(exportCommand())
    .addCommand(forwardCommand())
    .addCommand(rotateKeyCommand());
