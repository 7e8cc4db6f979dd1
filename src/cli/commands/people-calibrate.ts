import { renameSync, statSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Document, isMap, parseDocument } from 'yaml';
import { parseConfig, readConfigText } from '../../config/index.ts';
import { GatehouseError, parseDuration } from '../../core/index.ts';
import { type Calibration, calibrateArgon2 } from '../../identity/index.ts';
import { type ConfigOptions, findDataConfig, withConfigOptions } from '../options.ts';

const MOST_TIME = 10_000;

type Parameters = Calibration['parameters'];

const words = ({ memory, passes, lanes }: Parameters) => ({ memory: `${memory}KiB`, passes, lanes });

const asYaml = (parameters: Parameters): string => {
  const { memory, passes, lanes } = words(parameters);
  return `passwords:\n  argon2: { memory: ${memory}, passes: ${passes}, lanes: ${lanes} }\n`;
};

/**
 * The text of a configuration with these parameters in it; comments and the rest of it stay.
 * @throws {ConfigError} when the text would not be accepted afterwards.
 */
export const withArgon2 = (text: string, parameters: Parameters, file: string): string => {
  const document: Document = parseDocument(text);
  if (document.has('passwords') && !isMap(document.get('passwords'))) document.delete('passwords');
  // Anything else is refused below, with its place.
  document.contents ??= document.createNode({});
  if (isMap(document.contents)) {
    document.setIn(['passwords', 'argon2'], document.createNode(words(parameters), { flow: true }));
  }
  const edited = document.toString({ lineWidth: 0 });
  parseConfig(edited, file);
  return edited;
};

const writeOver = (file: string, text: string): void => {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode: statSync(file).mode & 0o777 });
  renameSync(temporary, file);
};

const target = (text: string): number => {
  const time = parseDuration(text);
  if (time >= 1 && time <= MOST_TIME) return time;
  throw new GatehouseError('usage', `--time ${text} is out of range`, { remedy: 'Choose 1ms to 10s.' });
};

/** `gatehouse people calibrate`: what a password hash may cost on this machine. */
export const calibrateCommand = (
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Command =>
  withConfigOptions(
    new Command('calibrate').description(
      'find the strongest password hashing that this machine does in time',
    ),
  )
    .option('--time <duration>', 'time that one hash may take', '250ms')
    .option('--write', 'write it into the configuration')
    .option('--json', 'print JSON')
    .action(async (options: ConfigOptions & { time: string; write?: boolean; json?: boolean }) => {
      const wanted = target(options.time);
      const { file } = await findDataConfig(options);
      if (options.write && file === undefined) {
        throw new GatehouseError('usage', 'there is no configuration to write to', {
          remedy: 'Name it with --config, or leave --write away and copy the lines.',
        });
      }
      const { parameters, milliseconds } = await calibrateArgon2(wanted);
      if (options.write && file !== undefined) {
        writeOver(file, withArgon2(await readConfigText(file), parameters, file));
      }
      const took = Math.round(milliseconds);
      const late =
        milliseconds > wanted
          ? `# This machine needs longer than ${options.time} for the least that is safe; that is what stands here.\n`
          : '';
      const note = options.write ? `# Written to ${file}; it counts from the next start.\n` : '';
      print(
        options.json
          ? `${JSON.stringify({ ...parameters, milliseconds: took })}\n`
          : `# One hash takes ${took} ms and ${Math.round(parameters.memory / 1_024)} MiB here.\n${late}${note}${asYaml(parameters)}`,
      );
    });
