import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import type { Severity } from '../../core/index.ts';
import { scan } from '../../scan/index.ts';
import type { OpenData } from '../open-data.ts';
import { keptFindings } from './finding-book.ts';
import { keepScan } from './save-scan.ts';
import { changeShields, type KeptShield, keptShields, proposeShields } from './shield-book.ts';

export interface ScanAtStart {
  data: OpenData;
  /** The apps that were started; shields are made where there is one. */
  apps: readonly string[];
  folder: string;
  say(line: string): void;
}

type Choice = 'observe' | 'block' | 'no';

const ask = async (count: number): Promise<Choice> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 'observe';
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(
      `Put ${count} new shields in front of the app? [O]bserve, [b]lock, [n]o: `,
      { signal: AbortSignal.timeout(120_000) },
    );
    if (/^b/i.test(answer.trim())) return 'block';
    return /^n/i.test(answer.trim()) ? 'no' : 'observe';
  } catch {
    // Nobody answered: the app starts all the same, with what changes nothing for its users.
    return 'observe';
  } finally {
    lines.close();
  }
};

const line = ({ shield, state, retireAt }: KeptShield): string => {
  const name = shield.parameter.path.length > 1 ? shield.parameter.path.join('.') : shield.parameter.name;
  const place = `${shield.methods.join(',') || 'any'} ${shield.route}`;
  const note = retireAt === null ? '' : styleText('yellow', '  removal proposed');
  return `  ${state.padEnd(8)}  ${place.padEnd(30)} ${shield.parameter.in} ${name ?? '*'}: ${shield.sink}${note}`;
};

/** Scans what is about to be started, keeps it, proposes shields, asks or applies them, and says where the app stands. */
export const scanAtStart = async ({ data, apps, folder, say }: ScanAtStart): Promise<void> => {
  const at = data.clock.now();
  const result = scan([folder]);
  const text = await keepScan(data, [folder], at, result);
  const found = (await keptFindings(data)).filter(
    ({ state, finding }) => state === 'open' && finding.suppressed === undefined,
  );
  const count = (severity: Severity) => found.filter(({ finding }) => finding.severity === severity).length;
  const [app, ...others] = apps;
  const without: string[] = [];
  if (app !== undefined && others.length === 0) {
    const outcome = await proposeShields(data, app, []);
    without.push(...outcome.without.map(({ title, why }) => `  none      ${title}: ${why}`));
    const choice = outcome.proposed.length === 0 ? 'no' : await ask(outcome.proposed.length);
    const ids = outcome.proposed.map(({ shield }) => shield.id);
    if (choice !== 'no') await changeShields(data, ids, choice);
  }
  const shields = await keptShields(data.store);
  say(`${text} Read ${result.files} files, left out ${result.leftOut.length}.`);
  say(`Open: ${count('high')} high, ${count('medium')} medium, ${count('low')} low.`);
  if (others.length > 0)
    say('There are several apps: propose shields with gatehouse shield propose --app NAME.');
  for (const shield of shields) say(line(shield));
  for (const none of without) say(none);
  if (shields.some(({ state }) => state === 'observe')) {
    say(
      'Shields that observe record what they would refuse. Let them refuse with: gatehouse shield block all',
    );
  }
};
