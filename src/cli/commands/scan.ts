import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Finding, GatehouseError, type Severity } from '../../core/index.ts';
import { type ScanResult, scanInThreads, toGithub, toJson, toSarif, toText } from '../../scan/index.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
const BARS = ['high', 'medium', 'low', 'none'] as const;
const RANK: Record<Severity, number> = { high: 3, medium: 2, low: 1 };
const FOUND = 3;

interface Options extends ConfigOptions {
  save?: boolean;
  format: (typeof FORMATS)[number];
  output?: string;
  failOn: (typeof BARS)[number];
  jobs?: number;
}

const MOST_JOBS = 64;

const jobs = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_JOBS)
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST_JOBS}.`);
  return value;
};

const version = (): string => {
  const read = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return read.version;
};

/** Whether a finding that is not suppressed stands at or over the bar. */
const reaches = (findings: readonly Finding[], bar: Options['failOn']): boolean =>
  bar !== 'none' &&
  findings.some((finding) => finding.suppressed === undefined && RANK[finding.severity] >= RANK[bar]);

const progress = (): ((done: number, total: number) => void) | undefined => {
  if (!process.stderr.isTTY) return undefined;
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < 80 && done < total) return;
    last = now;
    const width = 30;
    const full = total === 0 ? width : Math.round((done / total) * width);
    process.stderr.write(`\r${'█'.repeat(full)}${'░'.repeat(width - full)} ${done} of ${total} files`);
    if (done >= total) process.stderr.write('\r\u001b[K');
  };
};

const render = (result: ScanResult, options: Options): string => {
  switch (options.format) {
    case 'json':
      return toJson(result);
    case 'sarif':
      return toSarif(result, version());
    case 'github':
      return toGithub(result);
    default:
      return toText(result, {
        color: options.output === undefined && process.stdout.isTTY && !process.env['NO_COLOR'],
      });
  }
};

const run = async (paths: readonly string[], options: Options): Promise<void> => {
  for (const path of paths) {
    if (existsSync(path)) continue;
    throw new GatehouseError('usage', `"${path}" does not exist`, {
      remedy: 'Name files or folders with Python code.',
    });
  }
  const onProgress = progress();
  const began = Date.now();
  const result = await scanInThreads(paths, {
    jobs: options.jobs,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const text = render(result, options);
  if (options.output === undefined) process.stdout.write(text);
  else {
    try {
      writeFileSync(options.output, text);
    } catch (cause) {
      throw new GatehouseError('scan-output-unwritable', `cannot write the report to ${options.output}`, {
        remedy: 'Choose another --output, or make the folder writable.',
        cause,
      });
    }
  }
  if (options.format === 'github' || options.output !== undefined) {
    const left = result.leftOut.length;
    process.stderr.write(`${result.findings.length} findings, ${result.files} files, ${left} left out.\n`);
  }
  if (options.save) {
    // Only here: the store and all below it take longer to load than most scans take.
    const { saveScan } = await import('../loop/save-scan.ts');
    const { loaded } = await findDataConfig(options);
    process.stderr.write(`${await saveScan(loaded.config, paths, began, result)}\n`);
  }
  if (reaches(result.findings, options.failOn)) process.exitCode = FOUND;
};

/** `gatehouse scan PATH…`: exit 0 below the bar, 3 at or over it, 2 wrong usage, 1 it failed. */
export const scanCommand = (): Command =>
  withConfigOptions(new Command('scan'))
    .description('Find what is wrong in Python code: flows from the request to the sink, and unsafe calls.')
    .argument('<path...>', 'files or folders')
    .addOption(new Option('--format <format>', 'how to report').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit 3 from this severity on').choices(BARS).default('high'),
    )
    .option(
      '--jobs <n>',
      'threads that look at the parts of a very large tree (default: what cores and memory allow)',
      jobs,
    )
    .option('--save', 'keep the findings in the data directory, for shields and probes')
    .action((paths: string[], options: Options) => run(paths, options));
