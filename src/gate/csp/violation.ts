import { z } from 'zod';
import { CSP_DIRECTIVES, type CspDirective } from '../../config/index.ts';
import { parseJson } from '../../core/index.ts';

/** What a browser says that the policy refused, or would have, in the few words that a proposal is made from. */
export interface CspViolation {
  directive: CspDirective | 'other';
  /** `inline`, `attribute`, `eval`, `wasm-eval`, `data:`, `blob:`, or an origin. */
  blocked: string;
  /** Path of the page, cut to 200 characters. */
  page: string;
  disposition: 'enforce' | 'report';
}

/** Most reports of one delivery that are looked at. */
const MOST = 20;
const text = z.string().max(8_192);

// Both spellings of the same thing: report-uri (CSP 3 section 5.3) and the Reporting API (section 5.2).
const uriReport = z.object({
  'csp-report': z.object({
    'document-uri': text,
    'blocked-uri': text.default(''),
    'effective-directive': text.optional(),
    'violated-directive': text.optional(),
    'source-file': text.nullish(),
    disposition: z.enum(['enforce', 'report']).default('enforce'),
  }),
});
const apiReport = z.object({
  type: z.literal('csp-violation'),
  body: z.object({
    documentURL: text,
    blockedURL: text.nullish(),
    effectiveDirective: text,
    sourceFile: text.nullish(),
    disposition: z.enum(['enforce', 'report']),
  }),
});

interface Raw {
  document: string;
  blocked: string;
  directive: string;
  source: string;
  disposition: 'enforce' | 'report';
}

const rawOf = (value: unknown): Raw | undefined => {
  const uri = uriReport.safeParse(value);
  if (uri.success) {
    const report = uri.data['csp-report'];
    return {
      document: report['document-uri'],
      blocked: report['blocked-uri'],
      directive: (report['effective-directive'] ?? report['violated-directive'] ?? '').split(' ')[0] ?? '',
      source: report['source-file'] ?? '',
      disposition: report.disposition,
    };
  }
  const api = apiReport.safeParse(value);
  if (!api.success) return undefined;
  const { body } = api.data;
  return {
    document: body.documentURL,
    blocked: body.blockedURL ?? '',
    directive: body.effectiveDirective,
    source: body.sourceFile ?? '',
    disposition: body.disposition,
  };
};

const KEYWORDS = new Set(['inline', 'eval', 'wasm-eval']);

/** What was refused, without path and query: they may hold what is private. Undefined for what no page can ask for. */
const blockedOf = (raw: Raw): string | undefined => {
  if (KEYWORDS.has(raw.blocked))
    return raw.blocked === 'inline' && raw.directive.endsWith('-attr') ? 'attribute' : raw.blocked;
  if (raw.blocked === 'data' || raw.blocked.startsWith('data:')) return 'data:';
  if (raw.blocked === 'blob' || raw.blocked.startsWith('blob:')) return 'blob:';
  const url = URL.parse(raw.blocked);
  if (url === null || !['https:', 'wss:', 'http:', 'ws:'].includes(url.protocol)) return undefined;
  return `${url.protocol}//${url.host}`;
};

/** Extensions put scripts of their own into every page: their refusals say nothing about the app. */
const ofExtension = ({ source, blocked }: Raw): boolean =>
  /^(?:[a-z]+-)*extension:|^(?:about|chrome|resource|moz|user-script|webkit-masked-url):/i.test(source) ||
  /^(?:[a-z]+-)*extension|^(?:about|chrome|resource|user-script)/i.test(blocked);

const directiveOf = (name: string): CspViolation['directive'] => {
  const plain = name.replace(/-(?:elem|attr)$/, '');
  return CSP_DIRECTIVES.find((known) => known === plain) ?? 'other';
};

/**
 * The violations in one delivery of a browser, those alone that tell about pages of the app's own origin.
 * @throws {GatehouseError} `invalid-json` when it is no JSON, or too deep.
 */
export const parseViolations = (body: string, origin: string): CspViolation[] => {
  const value = parseJson(body, { maxLength: 65_536, maxDepth: 6 });
  const found: CspViolation[] = [];
  for (const one of (Array.isArray(value) ? value : [value]).slice(0, MOST)) {
    const raw = rawOf(one);
    if (raw === undefined || ofExtension(raw)) continue;
    const page = URL.parse(raw.document);
    const blocked = blockedOf(raw);
    if (page?.origin !== origin || blocked === undefined) continue;
    found.push({
      directive: directiveOf(raw.directive),
      blocked,
      page: page.pathname.slice(0, 200),
      disposition: raw.disposition,
    });
  }
  return found;
};
