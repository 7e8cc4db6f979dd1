import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Finding } from '../../src/core/index.ts';
import { scan } from '../../src/scan/index.ts';
import { variantsOf } from './program-variants.ts';

/** One small program of `test/corpus/small`, written for itself, of one file or of several. */
export interface SmallProgram {
  kind: string;
  name: string;
  /** Text by path. */
  files: ReadonlyMap<string, string>;
  /** `file:line rule` of each finding that must be there; no other finding of weight may be. */
  expected: string[];
  /** What is known to be missed, and to be said wrongly: when that changes, the marks are to be taken away. */
  missed: string[];
  wrongly: string[];
  /** The same program written differently, which must get the same answer. */
  variants: SmallProgram[];
}

const CORPUS = join(import.meta.dirname, '../corpus');
const MARK = /\s+(?:#|\{#) (expect|missed|wrongly): (.+?)(?: #\})?$/;

const made = (kind: string, name: string, marked: ReadonlyMap<string, string>): SmallProgram => {
  const files = new Map<string, string>();
  const marks: Record<string, string[]> = { expect: [], missed: [], wrongly: [] };
  for (const [path, text] of marked) {
    const lines = text.split('\n');
    files.set(path, lines.map((line) => line.replace(MARK, '')).join('\n'));
    lines.forEach((line, i) => {
      const [, mark = '', rules = ''] = MARK.exec(line) ?? [];
      for (const rule of rules.split(/,\s*/)) if (rule !== '') marks[mark]?.push(`${path}:${i + 1} ${rule}`);
    });
  }
  const { expect: expected = [], missed = [], wrongly = [] } = marks;
  return { kind, name, files, expected, missed, wrongly, variants: [] };
};

const program = (kind: string, part: string): SmallProgram => {
  const end = part.indexOf('\n');
  const name = part.slice(0, end).trim();
  const pieces = part.slice(end + 1).split(/^# -- file: /m);
  const [alone = ''] = pieces;
  const marked = new Map(
    pieces.length === 1
      ? [['program.py', alone]]
      : pieces.slice(1).map((piece): [string, string] => {
          const at = piece.indexOf('\n');
          return [piece.slice(0, at).trim(), piece.slice(at + 1)];
        }),
  );
  const variants = variantsOf(marked, (how, files) => made(kind, `${name} (${how})`, files));
  return { ...made(kind, name, marked), variants };
};

/**
 * The programs of one file: a line `# == name` begins a program, `# -- file: path` a file of one that has several,
 * `# expect: rule` marks the line of a finding, `# missed:` and `# wrongly:` what is known to go wrong there.
 */
export const programsOf = (file: string): SmallProgram[] =>
  readFileSync(file, 'utf8')
    .split(/^# == /m)
    .slice(1)
    .map((part) => program(relative(CORPUS, file).replace(/\.py$/, ''), part));

/** The programs of the folder `small`, which the scan is worked on with, or of `held`, which are only measured. */
export const smallPrograms = (half: 'small' | 'held' = 'small'): SmallProgram[] =>
  readdirSync(join(CORPUS, half), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.py'))
    .sort()
    .flatMap((file) => programsOf(join(CORPUS, half, file)));

/** What the scan finds in `program`, written below `folder`. */
export const findingsOf = (program: SmallProgram, folder: string): Finding[] => {
  for (const [path, text] of program.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return scan([folder]).findings;
};

/** What was expected and is not there, and what of weight is there and was not expected. */
export const wrongOf = (program: SmallProgram, folder: string): string[] => {
  const findings = findingsOf(program, folder);
  const spot = ({ place, rule }: Finding): string => `${relative(folder, place.file)}:${place.line} ${rule}`;
  const found = new Set(findings.map(spot));
  const weighty = findings.filter(
    ({ confidence, severity }) => confidence !== 'possible' && severity !== 'low',
  );
  return [
    ...program.expected.filter((each) => !found.has(each)).map((each) => `missed ${each}`),
    ...new Set(
      weighty
        .map(spot)
        .filter((each) => !program.expected.includes(each) && !program.wrongly.includes(each))
        .map((each) => `false ${each}`),
    ),
    ...program.missed.filter((each) => found.has(each)).map((each) => `no longer missed ${each}`),
    ...program.wrongly.filter((each) => !found.has(each)).map((each) => `no longer said wrongly ${each}`),
  ].map((each) => `${program.kind}, ${program.name}: ${each}`);
};
