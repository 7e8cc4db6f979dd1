import { basename } from 'node:path';

/** A command as its recognisers see it: wrappers and the interpreter are gone. */
export interface Call {
  /** The whole command as it was written. */
  words: readonly string[];
  /**
   * The program or Python module that is run, such as `streamlit`, `flask` or `node`; `python` when a file is run.
   */
  program: string;
  /** The Python file that is run, as written. */
  script: string | undefined;
  /** What follows program or script. */
  args: readonly string[];
}

/** Programs that run another one in an environment, with their options that take a value. */
const WRAPPERS: Record<string, { run?: string; values: readonly string[] }> = {
  uv: {
    run: 'run',
    values: ['--with', '--python', '-p', '--extra', '--group', '--env-file', '--project', '--directory'],
  },
  poetry: { run: 'run', values: ['-C', '--directory', '-P', '--project'] },
  pipenv: { run: 'run', values: [] },
  pdm: { run: 'run', values: ['-p', '--project'] },
  hatch: { run: 'run', values: ['-e', '--env'] },
  rye: { run: 'run', values: [] },
  conda: { run: 'run', values: ['-n', '--name', '-p', '--prefix', '--cwd'] },
  mamba: { run: 'run', values: ['-n', '--name', '-p', '--prefix', '--cwd'] },
  micromamba: { run: 'run', values: ['-n', '--name', '-p', '--prefix', '--cwd'] },
  env: { values: ['-u', '--unset', '-C', '--chdir'] },
  nice: { values: ['-n', '--adjustment'] },
  nohup: { values: [] },
  exec: { values: [] },
};

/** Options of the interpreter that take the next word as their value. */
const PYTHON_VALUES = new Set(['-X', '-W', '--check-hash-based-pycs']);

const programName = (word: string): string =>
  basename(word.replaceAll('\\', '/'))
    .replace(/\.(?:exe|cmd|bat)$/i, '')
    .toLowerCase();

const isPython = (program: string): boolean => /^(?:python|pypy)[\d.]*w?$/.test(program);

/** The index of the first word from `start` on that is neither an option, its value, nor `NAME=value`. */
const skipOptions = (words: readonly string[], start: number, values: readonly string[]): number => {
  let i = start;
  while (i < words.length) {
    const word = words[i] ?? '';
    if (word === '--') return i + 1;
    if (values.includes(word)) i += 2;
    else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) i += 1;
    else break;
  }
  return i;
};

const pythonCall = (words: readonly string[], start: number): Call | undefined => {
  for (let i = start; i < words.length; i++) {
    const word = words[i] ?? '';
    const module = word === '-m' ? words[i + 1] : word.match(/^-m(.+)$/)?.[1];
    if (module !== undefined) {
      return { words, program: module, script: undefined, args: words.slice(word === '-m' ? i + 2 : i + 1) };
    }
    if (word === '-c') return undefined;
    if (PYTHON_VALUES.has(word)) i += 1;
    else if (!word.startsWith('-'))
      return { words, program: 'python', script: word, args: words.slice(i + 1) };
  }
  return undefined;
};

/** Reads a command: `uv run python -m flask run` is a call of `flask` with the argument `run`. */
export const readCall = (words: readonly string[]): Call => {
  let at = 0;
  for (let depth = 0; depth < 4; depth++) {
    const wrapper = WRAPPERS[programName(words[at] ?? '')];
    if (wrapper === undefined) break;
    let next = skipOptions(words, at + 1, wrapper.values);
    if (wrapper.run !== undefined) {
      if (words[next] !== wrapper.run) break;
      next = skipOptions(words, next + 1, wrapper.values);
    }
    if (next >= words.length) break;
    at = next;
  }
  const first = words[at] ?? '';
  const program = programName(first);
  if (isPython(program)) {
    const call = pythonCall(words, at + 1);
    if (call !== undefined) return call;
  }
  if (program.endsWith('.py')) return { words, program: 'python', script: first, args: words.slice(at + 1) };
  return { words, program, script: undefined, args: words.slice(at + 1) };
};
