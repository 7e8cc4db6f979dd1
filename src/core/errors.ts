/**
 * Every code that an error of Gatehouse can carry, with what it means. Callers switch on the code, never
 * on the text. `docs/errors.md` lists the same codes; a test holds the two together.
 */
export const ERROR_CODES = {
  'authority-missing': 'There is no local authority yet.',
  'certificate-expired': 'A certificate is not valid at this time.',
  'certificate-expiring': 'A certificate ends soon.',
  'certificate-exposed': 'The key of a certificate can be read by every user of the machine.',
  'certificate-key-mismatch': 'A private key does not belong to its certificate.',
  'certificate-names': 'A certificate does not cover a host name of the configuration.',
  'certificate-unreadable': 'A certificate or key file is missing, damaged or not PEM.',
  'certificate-unusable': 'A certificate is too weak, or not made for servers.',
  'certificate-unwritable': 'The folder of the local authority cannot be written.',
  'config-invalid': 'The configuration was refused; it names each problem with its place.',
  'config-unreadable': 'The configuration file is missing, unreadable or not UTF-8.',
  internal: 'Something failed that should not have; the log has the incident.',
  'invalid-duration': 'A text is not a duration.',
  'invalid-json': 'A text is not JSON, or is too long or too deep.',
  'trust-failed': 'The local authority could not be given to the system or a browser.',
  usage: 'A command was called with the wrong words.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** What the reader can do about it: one sentence, imperative. */
  remedy?: string;
  /** Whether text and remedy may be shown to a visitor from outside. Default false. */
  exposable?: boolean;
  /** Where in a file the cause stands. */
  position?: { file: string; line?: number; column?: number; field?: string };
  cause?: unknown;
}

/** An error with a stable code, a text for people, and what to do about it. */
export class GatehouseError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly exposable: boolean;
  readonly position: ErrorDetails['position'];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GatehouseError';
    this.code = code;
    this.remedy = details.remedy;
    this.exposable = details.exposable ?? false;
    this.position = details.position;
  }
}

/** Whether `value` is an error of ours, optionally one with this code. */
export const isGatehouseError = (value: unknown, code?: ErrorCode): value is GatehouseError =>
  value instanceof GatehouseError && (code === undefined || value.code === code);
