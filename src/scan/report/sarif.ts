import { pathToFileURL } from 'node:url';
import type { Finding, FindingStep, Place } from '../../core/index.ts';
import { RULES } from '../rules/all.ts';
import type { ScanResult } from '../scan.ts';

const LEVEL = { high: 'error', medium: 'warning', low: 'note' } as const;
/** GitHub orders security findings by this number, from 0 to 10. */
const SEVERITY = { high: '8.0', medium: '5.0', low: '2.0' } as const;
const RANK = { confirmed: 95, likely: 70, possible: 40 } as const;

const uri = (file: string) =>
  file.startsWith('/') || file.startsWith('..')
    ? { uri: pathToFileURL(file).href }
    : { uri: file.split(/[\\/]/).map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };

const physical = (place: Place) => ({
  artifactLocation: uri(place.file),
  region: {
    startLine: place.line,
    startColumn: place.column,
    endLine: place.endLine,
    endColumn: Math.max(place.endColumn, place.line === place.endLine ? place.column : 1),
    snippet: { text: place.code },
  },
});

const flowLocation = (step: FindingStep, i: number, last: number) => ({
  location: { physicalLocation: physical(step), message: { text: step.why } },
  importance: i === 0 || i === last ? 'essential' : 'important',
});

const result = (finding: Finding, index: ReadonlyMap<string, number>) => ({
  ruleId: finding.rule,
  ruleIndex: index.get(finding.rule) ?? 0,
  level: LEVEL[finding.severity],
  rank: RANK[finding.confidence],
  message: { text: `${finding.message} ${finding.fix.text}` },
  locations: [{ physicalLocation: physical(finding.place) }],
  partialFingerprints: { 'gatehouseFingerprint/v1': finding.fingerprint },
  ...(finding.path.length > 1
    ? {
        codeFlows: [
          {
            threadFlows: [
              { locations: finding.path.map((step, i) => flowLocation(step, i, finding.path.length - 1)) },
            ],
          },
        ],
      }
    : {}),
  ...(finding.suppressed === undefined
    ? {}
    : { suppressions: [{ kind: 'inSource', justification: finding.suppressed.reason }] }),
  properties: {
    confidence: finding.confidence,
    why: finding.why,
    ...(finding.source === undefined ? {} : { source: finding.source }),
    sink: finding.sink,
  },
});

/** The result as SARIF 2.1.0 (OASIS, 2020), with code flows. */
export const toSarif = (scan: ScanResult, version: string): string => {
  const used = [...new Set(scan.findings.map((finding) => finding.rule))].sort();
  const index = new Map(used.map((id, i) => [id, i]));
  const rules = used.flatMap((id) => {
    const rule = RULES.get(id);
    if (rule === undefined) return [];
    return [
      {
        id,
        name: rule.title.replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => (next ?? '').toUpperCase()),
        shortDescription: { text: rule.title },
        fullDescription: { text: rule.says === '' ? rule.title : `A value from outside ${rule.says}.` },
        help: {
          text: rule.fix,
          markdown: rule.code === undefined ? rule.fix : `${rule.fix}\n\n\`\`\`python\n${rule.code}\n\`\`\``,
        },
        defaultConfiguration: { level: LEVEL[rule.severity] },
        properties: {
          tags: [
            'security',
            ...rule.cwe.map((cwe) => `external/cwe/cwe-${cwe}`),
            ...rule.owasp.map((each) => `external/owasp/${each.toLowerCase()}`),
            ...rule.asvs.map((each) => `external/asvs/${each.toLowerCase()}`),
          ],
          'security-severity': SEVERITY[rule.severity],
        },
      },
    ];
  });
  const notes = [
    ...scan.leftOut.map(({ path, why }) => ({ text: `${path} was left out: ${why}`, level: 'warning' })),
    ...scan.cuts.map(({ what, times }) => ({ text: `${what} (${times} times)`, level: 'note' })),
  ];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Gatehouse', version, semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(process.cwd()).href}/` } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notes
              .slice(0, 1000)
              .map(({ text, level }) => ({ level, message: { text } })),
          },
        ],
        results: scan.findings.map((finding) => result(finding, index)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};
