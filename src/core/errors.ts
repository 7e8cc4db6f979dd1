/**
 * Every code that an error of Gatehouse can carry, with what it means. Callers switch on the code, never
 * on the text. `docs/errors.md` lists the same codes; a test holds the two together.
 */
export const ERROR_CODES = {
  'address-in-use': 'Another program listens on the address already.',
  'address-unavailable': 'The gate cannot listen on the address.',
  'app-command-not-found': "The program of an app's command is not there or cannot be run.",
  'app-crash-loop': 'An app ended again and again soon after it was started.',
  'app-exposed': 'A command lets other machines reach the app around the gate.',
  'app-option-conflict': 'An option of an app cannot work behind the gate.',
  'app-port-taken': 'The port that an app was told to use is taken by another program.',
  'app-refuses-root': 'An app does not run as root.',
  'app-start-failed': 'An app ended before it answered.',
  'app-start-timeout': 'An app did not answer in time.',
  'app-unknown': 'No app has this name.',
  'app-user-unusable': 'An app cannot run as the user that was named.',
  'authority-missing': 'There is no local authority yet.',
  'backup-invalid': 'A backup is cut, changed or not one of ours.',
  busy: 'Too many passwords are being checked at once.',
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
  'confirmation-needed': 'An act asks for a factor that was used within the last minutes.',
  'counters-unavailable': 'The counters that instances share do not answer.',
  'data-locked': 'Another process owns the data directory.',
  'data-not-empty': 'A restore would overwrite data.',
  'disk-full': 'The disk that holds the data is full.',
  'email-invalid': 'A text is not an e-mail address.',
  'event-invalid': 'An event does not have the fields that its type may carry.',
  'export-failed': 'A receiver of the security log cannot be reached or does not take it.',
  'form-expired': 'A form was opened before signing in or out, or in a browser that keeps no cookies.',
  'form-foreign': 'A form did not come from a page of the portal.',
  'form-invalid': 'A form misses a field, or holds what it cannot hold.',
  'form-too-large': 'A form is larger than 16 KiB.',
  'hand-off-invalid': 'A session was to be handed to an app in a way that is not allowed.',
  'hash-unsupported': 'A text is no password hash that can be moved over.',
  internal: 'Something failed that should not have; the log has the incident.',
  'invalid-duration': 'A text is not a duration.',
  'invalid-json': 'A text is not JSON, or is too long or too deep.',
  'invalid-network': 'A text is not a network in CIDR notation.',
  'key-exhausted': 'A sealing key has no uses left that were set aside.',
  'key-missing': 'A key that sealed something is gone.',
  'key-unreadable': 'The master key is not one, is the wrong one, or others may read it.',
  'last-administrator': 'The change would leave nobody to manage Gatehouse.',
  'link-invalid': 'A one-time link was used, replaced or is too old.',
  'log-damaged': 'Signed entries of the security log are missing or changed.',
  'log-key-invalid': 'The key that signs the security log is missing, unreadable or open to others.',
  'log-locked': 'Another process writes to this security log.',
  'log-not-found': 'There is no security log in this directory.',
  'log-rolled-back': 'A witness remembers more of the security log than is there.',
  'log-unavailable': 'An event that must be kept cannot be written, so the act is refused.',
  'mail-unavailable': 'No mail can be sent: it is not configured, or there is no address.',
  'message-failed': 'A mail server or SMS service did not take a message.',
  'method-unknown': 'An address cannot be used with this method.',
  'name-invalid': 'A text cannot be an account name.',
  'name-taken': 'An account with this name exists.',
  'own-account': 'People cannot disable, reset or sign out their own account from the list of people.',
  'page-unknown': 'The portal has no such page.',
  'password-refused': 'A new password does not meet the policy.',
  'person-unknown': 'No person has this id or name.',
  'phone-invalid': 'A text is not a telephone number.',
  'probe-forbidden': 'A probe was to go to a host that is neither of this machine nor named.',
  'probe-sign-in': 'A probe could not sign in at the gate.',
  'proof-invalid': 'A proof does not show what it claims.',
  'provider-answer-invalid': 'A provider answered with something that cannot be believed.',
  'provider-last-way': 'The change would leave a person without a way to sign in.',
  'provider-link-taken': 'An account at a provider belongs to somebody else here already.',
  'provider-refused': 'A provider did not let somebody in, or they turned back there.',
  'provider-stranger': 'Nobody here belongs to an account at a provider.',
  'provider-unavailable': 'A provider cannot be reached, or is too slow.',
  'provider-unknown': 'No provider has this name.',
  'role-invalid': 'A text cannot be the name of a role.',
  'role-needed': 'A page is for those whose role manages people.',
  'run-unsupported': '`gatehouse run` cannot supervise apps on this system.',
  'scan-output-unwritable': 'The report of a scan cannot be written.',
  'scan-summaries-unreadable': 'What was kept of an earlier scan cannot be read.',
  'sealed-value-invalid': 'A sealed value was changed, moved to another place, or cut.',
  'secret-unreadable': 'A secret is not where the configuration says, or others may read it.',
  'set-up-needed': 'Nobody has an account yet.',
  'setting-invalid': 'A setting is outside its range.',
  'shield-unknown': 'No shield has this id.',
  'sign-in-needed': 'Something is open only to people who have signed in.',
  'store-conflict': 'A value that has to be unique exists already.',
  'store-damaged': 'The database file is damaged or not a database.',
  'store-locked': 'Somebody else holds the database.',
  'store-newer': 'A newer Gatehouse has changed the database.',
  'store-read-only': 'The database cannot be written.',
  'store-unavailable': 'The database cannot be reached or opened.',
  throttled: 'There were too many tries in a short time.',
  'trust-failed': 'The local authority could not be given to the system or a browser.',
  usage: 'A command was called with the wrong words.',
  'witness-unavailable': 'A witness cannot be reached or answers nonsense.',
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
