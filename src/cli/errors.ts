import { styleText } from 'node:util';
import { CommanderError } from 'commander';
import type { ConfigError } from '../config/index.ts';
import { GatehouseError, isGatehouseError } from '../core/index.ts';

/** Exit codes of every command that names no others: 0 done, 1 it failed, 2 wrong usage. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stderr });

const placeOf = (file: string, line?: number, column?: number): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

// By its name and not its class, which would load the configuration into every command.
const isConfigError = (error: GatehouseError): error is ConfigError => error.name === 'ConfigError';

const describe = (error: GatehouseError): string => {
  const lines = [`${paint('red', 'error')} ${error.message} ${paint('dim', `[${error.code}]`)}`];
  if (isConfigError(error)) {
    for (const problem of error.problems) {
      const place = placeOf(error.position?.file ?? '', problem.line, problem.column);
      lines.push(`  ${paint('cyan', place)} ${problem.field}: ${problem.message}`, `    ${problem.remedy}`);
    }
  } else if (error.position)
    lines.push(`  at ${placeOf(error.position.file, error.position.line, error.position.column)}`);
  if (error.remedy !== undefined && !isConfigError(error)) lines.push(`  ${error.remedy}`);
  return `${lines.join('\n')}\n`;
};

/** Tells a person what went wrong and what to do, and returns the exit code. Insides are shown with GATEHOUSE_DEBUG. */
export const report = (error: unknown, json = false): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const known = isGatehouseError(error)
    ? error
    : new GatehouseError('internal', error instanceof Error ? error.message : String(error), {
        remedy: 'Run it again with GATEHOUSE_DEBUG=1 to see where it happened.',
        cause: error,
      });
  if (json) {
    process.stderr.write(
      `${JSON.stringify({ error: known.code, message: known.message, remedy: known.remedy })}\n`,
    );
  } else process.stderr.write(describe(known));
  if (process.env['GATEHOUSE_DEBUG'] && error instanceof Error) {
    process.stderr.write(`${error.stack}\n${error.cause instanceof Error ? error.cause.stack : ''}\n`);
  }
  return known.code === 'usage' ? EXIT.usage : EXIT.failed;
};
