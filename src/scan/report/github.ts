import type { Finding } from '../../core/index.ts';
import type { ScanResult } from '../scan.ts';

const LEVEL = { high: 'error', medium: 'warning', low: 'notice' } as const;

// Workflow commands: %, CR and LF are escaped in the text, `:` and `,` in properties as well.
const text = (value: string): string =>
  value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (value: string): string => text(value).replaceAll(':', '%3A').replaceAll(',', '%2C');

const line = (finding: Finding): string => {
  const { place } = finding;
  const where = [
    `file=${property(place.file)}`,
    `line=${place.line}`,
    `endLine=${place.endLine}`,
    `col=${place.column}`,
    `title=${property(`${finding.title} (${finding.rule})`)}`,
  ];
  return `::${LEVEL[finding.severity]} ${where.join(',')}::${text(`${finding.message} ${finding.fix.text}`)}`;
};

/** One workflow command a finding, as GitHub Actions shows them beside the code. Suppressed findings are left out. */
export const toGithub = (result: ScanResult): string =>
  result.findings
    .filter((finding) => finding.suppressed === undefined)
    .map((finding) => `${line(finding)}\n`)
    .join('');
