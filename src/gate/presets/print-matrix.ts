import { CONTROLS, type ControlKey, type Reach } from './matrix.ts';
import type { Preset } from './preset.ts';

/** One row of the matrix as it is today: `not-offered` where the control is not built yet. */
export interface MatrixRow {
  /** Such as `C12`. */
  control: string;
  title: string;
  reach: Reach | 'not-offered';
  why: string;
}

/** What the gate does for this framework today, control by control, honestly (C64). */
export const matrixOf = (preset: Preset): MatrixRow[] =>
  (Object.keys(CONTROLS) as ControlKey[]).map((key) => {
    const { title, offered } = CONTROLS[key];
    const cell = preset.matrix[key];
    return {
      control: key.slice(0, 3),
      title,
      reach: offered ? cell.reach : 'not-offered',
      why: offered ? cell.why : '',
    };
  });

const LABELS: Record<MatrixRow['reach'], { sign: string; word: string; colour: number }> = {
  enforced: { sign: '✔', word: 'enforced', colour: 32 },
  'needs-app': { sign: '◐', word: 'needs the app', colour: 33 },
  invisible: { sign: '✘', word: 'invisible', colour: 31 },
  'not-offered': { sign: '·', word: 'not offered yet', colour: 2 },
};

/** The matrix as lines for a terminal; colours (ECMA-48) only when asked for. */
export const printMatrix = (preset: Preset, { colour }: { colour: boolean }): string => {
  const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const rows = matrixOf(preset);
  const width = Math.max(...rows.map(({ title }) => title.length));
  const line = ({ control, title, reach, why }: MatrixRow) => {
    const { sign, word, colour: code } = LABELS[reach];
    return `  ${paint(code, sign)} ${control}  ${title.padEnd(width)}  ${paint(code, word.padEnd(13))}  ${why}`;
  };
  const missing = rows.filter(({ reach }) => reach === 'not-offered');
  const lines = rows.filter(({ reach }) => reach !== 'not-offered').map(line);
  if (missing.length > 0) {
    const names = missing.map(({ control, title }) => `${control} ${title}`).join(', ');
    lines.push(`  ${paint(2, `· not offered yet: ${names}`)}`);
  }
  return [`What the gate does for ${preset.title}, and what it cannot:`, ...lines].join('\n');
};
