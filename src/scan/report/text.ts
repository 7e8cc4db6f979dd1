import type { Finding, FindingStep } from '../../core/index.ts';
import type { ScanResult } from '../scan.ts';

export interface TextOptions {
  /** Colours and bold by ANSI sequences. Default false. */
  color?: boolean;
}

// Code from files is shown without control characters, so that a scanned file cannot write to the terminal.
const shown = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');

const painter = (color: boolean) => {
  const paint = (code: string) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: paint('1'),
    dim: paint('2'),
    high: paint('31;1'),
    medium: paint('33;1'),
    low: paint('36'),
    good: paint('32'),
  };
};
type Painter = ReturnType<typeof painter>;

const frame = (step: FindingStep, paint: Painter): string[] => [
  `      ${paint.dim(`${shown(step.file)}:${step.line}`)}  ${shown(step.why)}`,
  `      ${paint.dim(`${String(step.line).padStart(5)} │`)} ${shown(step.code)}`,
];

const block = (finding: Finding, paint: Painter): string[] => {
  const { source, place } = finding;
  const mark = paint[finding.severity](finding.severity.toUpperCase().padEnd(6));
  const out = [
    `  ${mark} ${paint.bold(finding.title)} ${paint.dim(`${finding.rule} · CWE-${finding.cwe[0]} · ${finding.confidence}`)}`,
    `    ${place.line}:${place.column}  ${shown(finding.message)}`,
  ];
  if (source?.route != null) {
    const name = source.parameter.name === null ? '' : ` "${shown(source.parameter.name)}"`;
    out.push(
      `    ${paint.dim('route')} ${source.methods.join(', ') || 'any'} ${shown(source.route)}, ${source.parameter.in}${name}`,
    );
  }
  const steps =
    finding.path.length > 8 ? [...finding.path.slice(0, 4), ...finding.path.slice(-4)] : finding.path;
  for (const step of steps) out.push(...frame(step, paint));
  out.push(`    ${paint.good('fix')} ${finding.fix.text}`);
  for (const line of finding.fix.code?.split('\n') ?? []) out.push(`        ${paint.good(line)}`);
  return [...out, ''];
};

const MOST_LEFT_OUT = 20;

/** The result for people at a terminal: by file, worst first within the summary. */
export const toText = (result: ScanResult, options: TextOptions = {}): string => {
  const paint = painter(options.color ?? false);
  const out: string[] = [];
  const open = result.findings.filter((finding) => finding.suppressed === undefined);
  let file = '';
  for (const finding of open) {
    if (finding.place.file !== file) {
      file = finding.place.file;
      out.push(paint.bold(shown(file)));
    }
    out.push(...block(finding, paint));
  }
  if (result.leftOut.length > 0) {
    out.push(paint.bold(`Left out (${result.leftOut.length})`));
    for (const { path, why } of result.leftOut.slice(0, MOST_LEFT_OUT)) out.push(`  ${shown(path)}: ${why}`);
    if (result.leftOut.length > MOST_LEFT_OUT)
      out.push(`  and ${result.leftOut.length - MOST_LEFT_OUT} more`);
    out.push('');
  }
  const count = (severity: Finding['severity']) =>
    open.filter((finding) => finding.severity === severity).length;
  const suppressed = result.findings.length - open.length;
  const cut = result.cuts.reduce((sum, { times }) => sum + times, 0);
  out.push(
    `${paint.bold(`${open.length} findings`)}: ${count('high')} high, ${count('medium')} medium, ${count('low')} low` +
      `${suppressed > 0 ? `, ${suppressed} suppressed` : ''}. ` +
      `${result.files} files, ${result.lines} lines in ${(result.took / 1000).toFixed(1)} s.` +
      `${cut > 0 ? ` The analysis was cut short ${cut} times (--format json says where).` : ''}`,
  );
  return `${out.join('\n')}\n`;
};
