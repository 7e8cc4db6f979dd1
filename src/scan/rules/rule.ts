import type { Confidence, Severity } from '../../core/index.ts';

/** What a rule says, apart from the place at which it applies. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly cwe: readonly number[];
  readonly owasp: readonly string[];
  readonly asvs: readonly string[];
  readonly severity: Severity;
  /** What happens: completed by the source and the sink. */
  readonly says: string;
  readonly fix: string;
  readonly code?: string;
  /** Confidence of a check without flow. */
  readonly confidence?: Confidence;
}

export const rule = (
  id: string,
  title: string,
  cwe: readonly number[],
  owasp: string,
  asvs: readonly string[],
  severity: Severity,
  says: string,
  fix: string,
  code?: string,
): Rule => ({
  id,
  title,
  cwe,
  owasp: [`${owasp}:2025`],
  asvs: asvs.map((number) => `v5.0.0-${number}`),
  severity,
  says,
  fix,
  ...(code === undefined ? {} : { code }),
});

/** A rule whose findings are worth a look and no more. */
export const maybe = (made: Rule): Rule => ({ ...made, confidence: 'possible' });
