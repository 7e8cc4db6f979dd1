import { styleText } from 'node:util';
import { Command } from 'commander';
import { compilePolicy, type PolicyNote, policyNotes } from '../../access/index.ts';
import {
  ConfigError,
  type ConfigProblem,
  configJsonSchema,
  type LoadedConfig,
  parseConfig,
  readConfigText,
} from '../../config/index.ts';
import { codeFrame } from '../code-frame.ts';
import { EXIT } from '../errors.ts';

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const showProblem = (
  file: string,
  text: string,
  { line, column, field, message, remedy }: ConfigProblem,
): string => {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const head = `${styleText('cyan', place)} ${styleText('bold', field)}${field ? ': ' : ''}${styleText('red', message)}`;
  const frame = line === undefined || column === undefined ? '' : `\n${codeFrame(text, line, column)}`;
  return `${head}${frame}\n  ${styleText('green', remedy)}\n`;
};

const showNote = (file: string, { id, line, message }: PolicyNote): string =>
  `${styleText('yellow', 'note')} ${line === undefined ? file : `${file}:${line}`} ${styleText('bold', id)}: ${message}`;

const summary = (file: string, { config }: LoadedConfig): string => {
  const apps = Object.values(config.apps);
  const rules = apps.reduce((sum, app) => sum + (app.rules?.length ?? 0), 0);
  const parts = [
    count(apps.length, 'app'),
    count(rules, 'rule'),
    count(Object.keys(config.roles).length, 'role'),
  ];
  return `${styleText('green', 'fine')} ${file}: ${parts.join(', ')}`;
};

/** `gatehouse check`: says what is wrong in a configuration, and where; 0 when nothing is, else 1. */
export const checkCommand = (): Command =>
  new Command('check')
    .description('say what is wrong in the configuration, and where')
    .option('--config <file>', 'configuration', 'gatehouse.yaml')
    .option('--json', 'print JSON')
    .option('--schema', 'print the JSON Schema of the configuration, for editors')
    .action(async ({ config: file, json, schema }: { config: string; json?: boolean; schema?: boolean }) => {
      if (schema) return console.log(JSON.stringify(configJsonSchema(), undefined, 2));
      const text = await readConfigText(file);
      let loaded: LoadedConfig;
      try {
        loaded = parseConfig(text, file);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        process.exitCode = EXIT.failed;
        if (json)
          return console.log(JSON.stringify({ ok: false, file, problems: error.problems, notes: [] }));
        for (const problem of error.problems) console.log(showProblem(file, text, problem));
        return console.log(styleText('red', count(error.problems.length, 'problem')));
      }
      const notes = policyNotes(compilePolicy(loaded), Date.now());
      if (json) return console.log(JSON.stringify({ ok: true, file, problems: [], notes }));
      for (const note of notes) console.log(showNote(file, note));
      console.log(summary(file, loaded));
    });
