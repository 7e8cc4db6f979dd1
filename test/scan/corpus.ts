import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A piece of a program: lines for the top of the module, lines that open the function, lines of its body. */
interface Piece {
  name: string;
  tag: string;
  top: string[];
  head: string[];
  body: string[];
}

export interface Program {
  name: string;
  source: string;
  /** Rule that must be found, or null where the flow rules must stay silent. */
  expect: string | null;
  /** Line of the sink. */
  line: number;
}

const CORPUS = join(import.meta.dirname, '../corpus');

const pieces = (file: string): Piece[] => {
  const out: Piece[] = [];
  let into: string[] = [];
  for (const line of readFileSync(join(CORPUS, file), 'utf8').split('\n')) {
    const title = /^== ([^|]+?)(?: \| (.+))?$/.exec(line);
    if (title !== null) {
      const piece: Piece = { name: title[1] ?? '', tag: title[2] ?? '', top: [], head: [], body: [] };
      out.push(piece);
      into = piece.top;
    } else if (line === '-- head' || line === '-- body') {
      const piece = out.at(-1);
      if (piece !== undefined) into = line === '-- head' ? piece.head : piece.body;
    } else if (line !== '') into.push(line);
  }
  return out;
};

const compose = (source: Piece, flow: Piece, sink: Piece): Program => {
  const indent = /^\s*/.exec(source.body[0] ?? '')?.[0] ?? '    ';
  const lines = [
    ...source.top,
    ...flow.top,
    ...sink.top,
    '',
    ...source.head,
    ...source.body,
    ...[...flow.body, ...sink.body].map((line) => indent + line),
    '',
  ];
  const line = lines.findIndex((each) => each.includes('# sink')) + 1;
  return {
    name: `${source.name} / ${flow.name} / ${sink.name}`,
    source: lines.map((each) => each.replace(/\s+# sink$/, '')).join('\n'),
    expect: flow.tag === 'unsafe' && sink.tag !== 'none' ? sink.tag : null,
    line,
  };
};

/**
 * Programs put together of the pieces: each flow and each sink meets several of the others. The `tuned` half is what
 * the scan was worked on with, the `held` half meets other combinations and is only measured.
 */
export const programs = (half: 'tuned' | 'held' = 'tuned'): Program[] => {
  const [sources, flows, sinks] = [pieces('sources.txt'), pieces('flows.txt'), pieces('sinks.txt')];
  const out: Program[] = [];
  const shift = half === 'tuned' ? 0 : 3;
  flows.forEach((flow, i) => {
    for (let n = 0; n < 8; n++) {
      const [source, sink] = [
        sources[(i * 7 + n * 4 + shift) % sources.length],
        sinks[(i * 5 + n * 13 + shift) % sinks.length],
      ];
      if (source !== undefined && sink !== undefined) out.push(compose(source, flow, sink));
    }
  });
  const seen = new Set<string>();
  return out.filter(({ name }) => !seen.has(name) && seen.add(name));
};

const WORDS = ['amber', 'basalt', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbor'];

/** The same program with other names, other constants and code between that does nothing. */
export const variants = (program: Program): Program[] => {
  const renamed = program.source
    .replace(/\bvalue\b/g, (word, at: number, all: string) =>
      /[<.'"]/.test(all[at - 1] ?? '') ? word : 'quartz',
    )
    .replace(/\by\b(?!['"=]\s*:)/g, 'onyx')
    .replace(/\bitems\b/g, WORDS[0] ?? '')
    .replace(/\bparts\b/g, WORDS[1] ?? '');
  const path = /<path:value>|\{value\}|, value=/.test(program.source);
  const spaced = program.source.replace(/^( +)y = /gm, '$1unused = 41 + 1\n$1y = ');
  const moved = spaced.split('\n').length - program.source.split('\n').length;
  const before = spaced.slice(0, nthLine(spaced, program.line)).match(/unused = /g)?.length ?? 0;
  return [
    ...(path ? [] : [{ ...program, name: `${program.name} (renamed)`, source: renamed }]),
    ...(moved > 0
      ? [
          {
            ...program,
            name: `${program.name} (spaced)`,
            source: spaced,
            line: program.line === 0 ? 0 : program.line + before,
          },
        ]
      : []),
  ];
};

const nthLine = (text: string, line: number): number =>
  text
    .split('\n')
    .slice(0, line + 4)
    .join('\n').length;
