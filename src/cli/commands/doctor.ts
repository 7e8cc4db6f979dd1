import { styleText } from 'node:util';
import { Command } from 'commander';
import { type Clock, systemClock } from '../../core/index.ts';
import { checkApps } from '../doctor/apps.ts';
import { checkCertificate } from '../doctor/certificate.ts';
import { checkClock } from '../doctor/clock.ts';
import { checkFiles } from '../doctor/files.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkGate, runningGate } from '../doctor/gate.ts';
import { EXIT } from '../errors.ts';
import { findConfig } from '../options.ts';
import { type GateOptions, overridesOf, withGateOptions } from './serve.ts';

interface DoctorOptions extends GateOptions {
  json?: true;
}

const SIGNS = { ok: ['green', '✔'], warn: ['yellow', '!'], fail: ['red', '✘'] } as const;

const show = ({ check, state, says, remedy }: Finding): string => {
  const [colour, sign] = SIGNS[state];
  const line = `${styleText(colour, sign)} ${styleText('bold', check)}: ${says}`;
  return remedy === undefined ? line : `${line}\n    ${remedy}`;
};

const look = async (words: readonly string[], options: DoctorOptions, clock: Clock): Promise<Finding[]> => {
  const { loaded } = await findConfig(options.config, {
    ...overridesOf(options),
    ...(words.length > 0 && { run: words }),
  });
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
  withGateOptions(
    new Command('doctor').description(
      'look at certificate, clock, files, accounts, apps, and say what to do',
    ),
  )
    .argument('[command...]', 'command of the app, as for run')
    .option('--upstream <url>', 'address of the app, as for serve')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: DoctorOptions) => {
      const findings = await look(words, options, clock);
      const healthy = findings.every(({ state }) => state !== 'fail');
      if (!healthy) process.exitCode = EXIT.failed;
      const text = options.json
        ? JSON.stringify({ ok: healthy, findings })
        : [...findings.map(show), summary(findings)].join('\n');
      process.stdout.write(`${text}\n`);
    });
