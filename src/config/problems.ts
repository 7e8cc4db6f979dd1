import { GatehouseError } from '../core/index.ts';

/** One thing that is wrong in the configuration. Lines and columns count from 1. */
export interface ConfigProblem {
  line: number | undefined;
  column: number | undefined;
  /** Such as `apps.sales.rules[1].paths[0]`; `''` for the file as a whole; `--listen` for an option of the command. */
  field: string;
  message: string;
  /** What to write instead: one sentence, imperative. */
  remedy: string;
}

const summary = (file: string, problems: readonly ConfigProblem[]): string => {
  const [first] = problems;
  const place = [file, first?.line, first?.column].filter((part) => part !== undefined).join(':');
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `${place}: ${first?.field ? `${first.field}: ` : ''}${first?.message ?? 'invalid'}${rest}`;
};

/** Texts of the file come into messages: none of their control characters may reach a terminal or a log. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '\u{fffd}');

const cleaned = (problem: ConfigProblem): ConfigProblem => ({
  ...problem,
  field: printable(problem.field),
  message: printable(problem.message),
  remedy: printable(problem.remedy),
});

/** The configuration was refused; `problems` has at least one entry, in the order of the file. */
export class ConfigError extends GatehouseError {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, found: readonly ConfigProblem[], cause?: unknown) {
    const problems = found.map(cleaned);
    const [first] = problems;
    super('config-invalid', summary(file, problems), {
      remedy: first?.remedy ?? 'Correct the file.',
      position: {
        file,
        ...(first?.line === undefined ? {} : { line: first.line }),
        ...(first?.column === undefined ? {} : { column: first.column }),
        ...(first?.field ? { field: first.field } : {}),
      },
      cause,
    });
    this.name = 'ConfigError';
    this.file = file;
    this.problems = problems;
  }
}
