import { styleText } from 'node:util';
import { Command } from 'commander';
import type { ConfigOverrides } from '../../config/index.ts';
import { type Clock, systemClock } from '../../core/index.ts';
import { checkApps } from '../doctor/apps.ts';
import { checkCertificate } from '../doctor/certificate.ts';
import { checkClock } from '../doctor/clock.ts';
import { checkFiles } from '../doctor/files.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkGate, runningGate } from '../doctor/gate.ts';
import { EXIT } from '../errors.ts';
import { findConfig, withConfigOptions } from '../options.ts';

interface DoctorOptions {
  config?: string;
  data?: string;
  upstream?: string;
  json?: true;
}

const SIGNS = { ok: ['green', '✔'], warn: ['yellow', '!'], fail: ['red', '✘'] } as const;

const show = ({ check, state, says, remedy }: Finding): string => {
  const [colour, sign] = SIGNS[state];
  const line = `${styleText(colour, sign)} ${styleText('bold', check)}: ${says}`;
  return remedy === undefined ? line : `${line}\n    ${remedy}`;
};

const look = async (options: DoctorOptions, clock: Clock): Promise<Finding[]> => {
  const overrides: ConfigOverrides = {
    ...(options.data !== undefined && { data: options.data }),
    ...(options.upstream !== undefined && { upstream: options.upstream }),
  };
  const { loaded } = await findConfig(options.config, overrides);
  const { config } = loaded;
  const running = runningGate(config.data);
  return [
    await checkGate(config, running),
    ...checkFiles(config.data),
    await checkCertificate(config, clock),
    checkClock(config.data, clock),
    ...(await checkApps(config, running)),
  ];
};

const summary = (findings: readonly Finding[]): string => {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed > 0) return styleText('red', `${failed} of ${findings.length} looks found something wrong.`);
  return warned > 0
    ? styleText('yellow', `Nothing is wrong; ${warned} could be better.`)
    : styleText('green', 'All is well.');
};

/** `gatehouse doctor`: looks at everything around a gate and says what to do; 1 when something is wrong. */
export const doctorCommand = (clock: Clock = systemClock): Command =>
  withConfigOptions(
    new Command('doctor').description(
      'look at certificate, clock, files, accounts, apps, and say what to do',
    ),
  )
    .option('--upstream <url>', 'app to look at, as for serve')
    .option('--json', 'print JSON')
    .action(async (options: DoctorOptions) => {
      const findings = await look(options, clock);
      const healthy = findings.every(({ state }) => state !== 'fail');
      if (!healthy) process.exitCode = EXIT.failed;
      const text = options.json
        ? JSON.stringify({ ok: healthy, findings })
        : [...findings.map(show), summary(findings)].join('\n');
      process.stdout.write(`${text}\n`);
    });
