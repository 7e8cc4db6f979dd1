import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One small program of `test/corpus/small`, written for itself. */
export interface SmallProgram {
  kind: string;
  name: string;
  source: string;
  /** `line rule` of each finding that must be there; no other finding of weight may be. */
  expected: string[];
}

const SMALL = join(import.meta.dirname, '../corpus/small');

/** All small programs: a line `# == name` begins one, `# expect: rule` marks the line of a finding. */
export const smallPrograms = (): SmallProgram[] =>
  readdirSync(SMALL)
    .filter((file) => file.endsWith('.py'))
    .sort()
    .flatMap((file) =>
      readFileSync(join(SMALL, file), 'utf8')
        .split(/^# == /m)
        .slice(1)
        .map((part) => {
          const end = part.indexOf('\n');
          const lines = part.slice(end + 1).split('\n');
          return {
            kind: file.replace(/\.py$/, ''),
            name: part.slice(0, end).trim(),
            source: lines.map((line) => line.replace(/\s+# expect: .*$/, '')).join('\n'),
            expected: lines.flatMap((line, i) =>
              (/# expect: (.+)$/.exec(line)?.[1] ?? '')
                .split(/,\s*/)
                .filter((rule) => rule !== '')
                .map((rule) => `${i + 1} ${rule}`),
            ),
          };
        }),
    );
