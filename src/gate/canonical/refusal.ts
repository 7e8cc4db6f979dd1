/** Why a request has no canonical form. The words are stable: the log and the tests use them. */
export type CanonicalReason =
  | 'method'
  | 'target-form'
  | 'target-length'
  | 'path-escape'
  | 'path-character'
  | 'path-parameters'
  | 'path-dots'
  | 'query-character'
  | 'authority'
  | 'authority-conflict'
  | 'scheme'
  | 'header-duplicate'
  | 'header-name'
  | 'header-value'
  | 'framing';

export interface CanonicalRefusal {
  ok: false;
  reason: CanonicalReason;
  says: string;
}

export type CanonicalResult<T> = { ok: true; value: T } | CanonicalRefusal;

export const refusal = (reason: CanonicalReason, says: string): CanonicalRefusal => ({
  ok: false,
  reason,
  says,
});
