import { dirname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { Command } from 'commander';
import {
  compilePolicy,
  type OutcomeKind,
  type PolicyTest,
  type PolicyTestResult,
  runPolicyTests,
} from '../../access/index.ts';
import {
  ConfigError,
  type ConfigProblem,
  type LoadedConfig,
  loadConfig,
  type PolicyExample,
  parsePolicyTests,
  readConfigText,
  suggest,
} from '../../config/index.ts';
import { isGatehouseError } from '../../core/index.ts';
import { EXIT } from '../errors.ts';
import { requestOfUrl } from '../request-of-url.ts';

interface Example extends PolicyTest {
  text: string;
  line: number;
}

const unknownRole = ({ config }: LoadedConfig, { who }: PolicyExample): string | undefined =>
  who === 'anonymous' ? undefined : who.find((role) => config.roles[role] === undefined);

/** What the examples mean under a configuration; those that mean nothing are problems of the test file. */
const examplesOf = (
  loaded: LoadedConfig,
  examples: readonly PolicyExample[],
  file: string,
  now: number,
): Example[] => {
  const problems: ConfigProblem[] = [];
  const found = examples.flatMap((example): Example[] => {
    const problem = (message: string, remedy: string): Example[] => {
      problems.push({ line: example.line, column: 1, field: example.text, message, remedy });
      return [];
    };
    const role = unknownRole(loaded, example);
    if (role !== undefined) {
      const known = Object.keys(loaded.config.roles);
      const meant = suggest(role, known);
      return problem(
        `there is no role "${role}"`,
        meant ? `Did you mean "${meant}"?` : `Known: ${known.join(', ')}.`,
      );
    }
    try {
      const request = requestOfUrl(loaded.config, example.method, example.url);
      const { who, expected, from, at = now, text, line } = example;
      const place = from === undefined ? {} : { address: from };
      return [
        { who, expected: expected as OutcomeKind, request: { ...request, ...place, now: at }, text, line },
      ];
    } catch (error) {
      if (!isGatehouseError(error)) throw error;
      return problem(error.message, error.remedy ?? 'Correct the address.');
    }
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
  return found;
};

const showResult = (file: string, { test, passed, outcome }: PolicyTestResult<Example>): string => {
  const place = String(test.line).padStart(4);
  if (passed) return `${styleText('green', 'ok  ')} ${place}  ${test.text}`;
  const { line, id, says } = outcome.rule;
  const rule = `${line === undefined ? id : `${file}:${line} ${id}`}: ${says}`;
  return `${styleText('red', 'FAIL')} ${place}  ${test.text}\n           ${outcome.kind}, not ${test.expected}: ${rule}`;
};

interface TestOptions {
  config?: string;
  json?: boolean;
}

/** `gatehouse test`: runs examples of who may and may not against the configuration beside them (C62). */
export const testPolicyCommand = (): Command =>
  new Command('test')
    .description('run the examples kept beside the configuration')
    .argument('[file]', 'file of examples', 'gatehouse.test.yaml')
    .option('--config <file>', 'configuration (default: as the examples say, or gatehouse.yaml beside them)')
    .option('--json', 'print JSON')
    .action(async (file: string, options: TestOptions) => {
      const tests = parsePolicyTests(await readConfigText(file), file);
      const configFile = options.config ?? join(dirname(file), tests.config ?? 'gatehouse.yaml');
      const loaded = await loadConfig(configFile);
      const results = runPolicyTests(
        compilePolicy(loaded),
        examplesOf(loaded, tests.examples, file, Date.now()),
      );
      const failed = results.filter(({ passed }) => !passed).length;
      if (failed > 0) process.exitCode = EXIT.failed;
      if (options.json) {
        const rows = results.map(({ test, passed, outcome }) => ({
          test: test.text,
          line: test.line,
          passed,
          outcome,
        }));
        console.log(
          JSON.stringify({ file: resolve(file), config: resolve(configFile), failed, results: rows }),
        );
        return;
      }
      const lines = results.map((result) => showResult(configFile, result));
      lines.push(
        '',
        `${results.length} examples, ${failed === 0 ? styleText('green', 'none failed') : styleText('red', `${failed} failed`)}`,
      );
      console.log(lines.join('\n'));
    });
