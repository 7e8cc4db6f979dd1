import { complete, type GatehouseConfig } from './complete.ts';
import { crossChecks } from './cross-checks.ts';
import { applyOverrides, type ConfigOverrides } from './overrides.ts';
import { fieldName, type Positions, positionNear } from './positions.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { readYaml } from './read-yaml.ts';
import { configSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

/** A configuration that was accepted, and where its fields stand. */
export interface LoadedConfig {
  config: GatehouseConfig;
  positions: Positions;
  /** Path of the file, or a word for where the configuration came from. */
  file: string;
}

const MAX_PROBLEMS = 100;

const inFileOrder = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  problems
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
    .slice(0, MAX_PROBLEMS);

/** Checks plain values and completes them. */
export const checkValues = (
  values: unknown,
  positions: Positions,
  file: string,
  overrides: ConfigOverrides = {},
): LoadedConfig => {
  const { value, optionOf, conflict } = applyOverrides(values ?? {}, overrides);
  if (conflict) throw new ConfigError(file, [conflict]);
  const parsed = configSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    throw new ConfigError(file, inFileOrder(schemaProblems(configSchema, parsed.error, positions, optionOf)));
  }
  const faults = crossChecks(parsed.data).map(({ path, message, remedy }): ConfigProblem => {
    const option = optionOf(fieldName(path));
    const at = option ? undefined : positionNear(positions, path);
    return { line: at?.line, column: at?.column, field: option ?? fieldName(path), message, remedy };
  });
  if (faults.length > 0) throw new ConfigError(file, inFileOrder(faults));
  return { config: complete(parsed.data, file), positions, file };
};

/**
 * Reads the text of a `gatehouse.yaml`. `file` names it in messages, and relative paths start from its directory.
 * Options of the command line stand above the file.
 * @throws {ConfigError} `config-invalid` with every problem that was found.
 */
export const parseConfig = (text: string, file: string, overrides: ConfigOverrides = {}): LoadedConfig => {
  const { value, positions } = readYaml(text, file);
  return checkValues(value, positions, file, overrides);
};
