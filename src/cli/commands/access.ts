import { styleText } from 'node:util';
import { Command } from 'commander';
import { type AccessDifference, compilePolicy, diffPolicies, type Outcome } from '../../access/index.ts';
import { loadConfig } from '../../config/index.ts';
import { formatDuration } from '../../core/index.ts';
import { EXIT } from '../errors.ts';

const showOutcome = ({ kind, maxAge }: Outcome): string =>
  maxAge === undefined ? kind : `${kind} (${formatDuration(maxAge)})`;

const showDifference = (file: string, one: AccessDifference): string => {
  const { effect, who, methods, route, when, before, after } = one;
  const verb = effect === 'opens' ? styleText('yellow', 'opens ') : styleText('green', 'closes');
  const what = `${methods?.join(', ') ?? 'every method'} ${route}${when ? ` ${when}` : ''}`;
  const { line, id, says } = after.rule;
  const rule = styleText('dim', `${line === undefined ? id : `${file}:${line}`} ${says}`);
  return `  ${verb} ${styleText('bold', who)}  ${what}  ${showOutcome(before)} > ${showOutcome(after)}  ${rule}`;
};

const diffCommand = (): Command =>
  new Command('diff')
    .description('show what an edited configuration opens and closes, by role and route')
    .argument('<old>', 'configuration before the edit')
    .argument('<new>', 'configuration after the edit')
    .option('--exit-code', 'exit with 1 when anything opens')
    .option('--json', 'print JSON')
    .action(async (oldFile: string, newFile: string, options: { exitCode?: boolean; json?: boolean }) => {
      const [before, after] = [await loadConfig(oldFile), await loadConfig(newFile)];
      const { differences, complete } = diffPolicies(compilePolicy(before), compilePolicy(after), Date.now());
      const opening = differences.filter(({ effect }) => effect === 'opens').length;
      if (options.exitCode && (opening > 0 || !complete)) process.exitCode = EXIT.failed;
      if (options.json) {
        console.log(JSON.stringify({ differences, complete }));
        return;
      }
      const lines = [...new Set(differences.map(({ app }) => app))].flatMap((app) => [
        styleText('bold', app),
        ...differences.filter((one) => one.app === app).map((one) => showDifference(newFile, one)),
      ]);
      const closing = differences.length - opening;
      lines.push(
        differences.length === 0
          ? 'Nobody may more or less than before.'
          : `${opening} opened, ${closing} closed.`,
      );
      if (!complete) lines.push(styleText('yellow', 'There was too much to compare: more may have changed.'));
      console.log(lines.join('\n'));
    });

/** `gatehouse access`: questions about the policy as a whole. */
export const accessCommand = (): Command =>
  new Command('access').description('compare who may do what').addCommand(diffCommand());
