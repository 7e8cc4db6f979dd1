import { z } from 'zod';

/**
 * What the security log may do with a field's value:
 * `public` is committed to the log's bytes as it is and never changes;
 * `personal` is kept beside them behind a salted commitment, so that it can be erased;
 * `never` is refused wherever it turns up, since no log may hold it.
 */
export type FieldTag = 'public' | 'personal' | 'never';

const text = (max: number) => z.string().max(max);
const field = <S extends z.ZodType, T extends FieldTag>(tag: T, schema: S, says: string) => ({
  tag,
  schema,
  says,
});

/** The version of the two tables below; a change that old readers cannot follow raises it. */
export const EVENT_SCHEMA_VERSION = 1;

/** Every field that an event can carry. Ids (`per_…`, `ses_…`) are pseudonyms and therefore public. */
export const EVENT_FIELDS = {
  actor: field('public', text(64), 'id of the person or service account that acted'),
  subject: field('public', text(64), 'id of the person acted upon'),
  session: field('public', text(64), 'id of the session (never its token)'),
  app: field('public', text(64), 'name of the app'),
  incident: field('public', text(32), 'incident id shown to the visitor'),
  method: field('public', text(32), 'HTTP method'),
  status: field('public', z.int().min(100).max(599), 'HTTP status that was answered'),
  guard: field('public', text(64), 'guard or rule that decided'),
  reason: field('public', text(200), 'stable word or short sentence that says why'),
  role: field('public', text(64), 'role given or taken'),
  roles: field('public', z.array(text(64)).max(64), 'roles after a change'),
  factor: field('public', text(32), 'factor used, added or removed'),
  assurance: field('public', text(32), 'assurance reached or demanded'),
  count: field('public', z.int().nonnegative(), 'number of alike events that this one stands for'),
  since: field('public', z.int().nonnegative(), 'time of the first of them, in milliseconds since the epoch'),
  version: field('public', text(64), 'version of the program or digest of the configuration'),
  target: field('public', text(200), 'what was changed: a field of the configuration, a key id, a file'),
  rule: field('public', text(100), 'rule of the scan or of the shield'),
  finding: field('public', text(64), 'fingerprint of the finding'),
  credential: field('public', text(64), 'id of the token or key that was used (never its value)'),
  columns: field('public', z.array(text(64)).max(256), 'names of the fields that were read or changed'),
  entries: field('public', text(32_768), 'numbers of entries of this log, such as 3,7..9'),
  record: field('personal', text(256), 'the record that was read or changed'),
  name: field('personal', text(256), 'name of the actor'),
  subjectName: field('personal', text(256), 'name of the person acted upon'),
  account: field('personal', text(256), 'account name that was tried, whether or not it exists'),
  address: field('personal', text(64), 'network address of the client'),
  network: field('personal', text(64), 'network of the client (/24 or /64)'),
  device: field('personal', text(200), 'browser and system of the client'),
  host: field('personal', text(255), 'host name asked for'),
  path: field('personal', text(2048), 'path asked for, without the query'),
  detail: field('personal', text(4096), 'anything else that helps, after redaction'),
  password: field('never', text(0), 'a password'),
  token: field('never', text(0), 'a token, cookie or key'),
} as const;

export type FieldName = keyof typeof EVENT_FIELDS;
export type EventFields = { [F in FieldName]?: z.infer<(typeof EVENT_FIELDS)[F]['schema']> };

/** How an event reaches the disk: before the answer (`sync`), soon after, or counted under a flood. */
export type Durability = 'sync' | 'buffered' | 'aggregated';

interface EventDefinition {
  /** OCSF 1.8 class, activity and severity. */
  classUid: number;
  activityId: number;
  severity: 1 | 2 | 3 | 4 | 5;
  durability: Durability;
  says: string;
}

const event = (
  classUid: number,
  activityId: number,
  severity: EventDefinition['severity'],
  durability: Durability,
  says: string,
): EventDefinition => ({ classUid, activityId, severity, durability, says });

const AUTHENTICATION = 3002;
const ACCOUNT_CHANGE = 3001;
const AUTHORIZE = 3003;
const USER_ACCESS = 3005;
const HTTP = 4002;
const API = 6003;
const LIFECYCLE = 6002;
const FINDING = 2007;

/** Every type of event. A type is never renamed or reused: the log is kept for years. */
export const EVENT_TYPES = {
  'signin.succeeded': event(AUTHENTICATION, 1, 1, 'sync', 'a person signed in'),
  'signin.failed': event(AUTHENTICATION, 1, 3, 'aggregated', 'a sign-in was refused'),
  'signin.locked': event(
    AUTHENTICATION,
    1,
    4,
    'aggregated',
    'a sign-in was refused unseen: too many guesses',
  ),
  'session.entered': event(AUTHENTICATION, 99, 1, 'sync', 'a session was handed to an app'),
  'session.ended': event(AUTHENTICATION, 2, 1, 'sync', 'a session ended: sign-out, revocation, time'),
  'person.added': event(ACCOUNT_CHANGE, 1, 2, 'sync', 'an account was made'),
  'person.disabled': event(ACCOUNT_CHANGE, 5, 3, 'sync', 'an account was disabled'),
  'person.enabled': event(ACCOUNT_CHANGE, 2, 2, 'sync', 'an account was enabled'),
  'person.forgotten': event(ACCOUNT_CHANGE, 6, 3, 'sync', 'the personal values about an account were erased'),
  'person.changed': event(ACCOUNT_CHANGE, 99, 2, 'sync', 'the name or e-mail address of an account changed'),
  'person.unlocked': event(
    ACCOUNT_CHANGE,
    99,
    2,
    'sync',
    'the waiting of an account after wrong guesses was ended',
  ),
  'network.unlocked': event(
    AUTHENTICATION,
    99,
    2,
    'sync',
    'the waiting of a network after wrong guesses was ended',
  ),
  'person.roles-changed': event(USER_ACCESS, 1, 3, 'sync', 'the roles of an account changed'),
  'password.changed': event(ACCOUNT_CHANGE, 3, 2, 'sync', 'a person changed the password'),
  'password.reset': event(ACCOUNT_CHANGE, 4, 3, 'sync', 'an administrator reset a password'),
  'password.unchecked': event(
    ACCOUNT_CHANGE,
    99,
    2,
    'buffered',
    'a new password could not be looked up among those of breaches',
  ),
  'link.requested': event(ACCOUNT_CHANGE, 99, 2, 'aggregated', 'a link by e-mail was asked for'),
  'message.sent': event(API, 99, 1, 'buffered', 'a message was handed to a mail server or SMS service'),
  'message.failed': event(API, 99, 3, 'buffered', 'a message could not be sent'),
  'factor.added': event(ACCOUNT_CHANGE, 10, 2, 'sync', 'a factor was added'),
  'factor.removed': event(ACCOUNT_CHANGE, 11, 3, 'sync', 'a factor was removed'),
  'factor.used': event(AUTHENTICATION, 1, 1, 'sync', 'a session rose by a factor that was asked for again'),
  'factor.failed': event(AUTHENTICATION, 1, 3, 'aggregated', 'a factor that was asked for again was refused'),
  'passkey.copied': event(
    AUTHENTICATION,
    1,
    5,
    'sync',
    'the counter of a passkey went back: a copy may exist',
  ),
  'passkey.renamed': event(ACCOUNT_CHANGE, 99, 1, 'sync', 'a passkey got another name'),
  'recovery.made': event(
    ACCOUNT_CHANGE,
    10,
    2,
    'sync',
    'recovery codes were made; older ones stopped working',
  ),
  'recovery.used': event(AUTHENTICATION, 1, 3, 'sync', 'a recovery code was used up'),
  'provider.linked': event(ACCOUNT_CHANGE, 99, 3, 'sync', 'an account at a provider was linked to a person'),
  'provider.unlinked': event(ACCOUNT_CHANGE, 99, 3, 'sync', 'an account at a provider was unlinked'),
  'provider.failed': event(
    AUTHENTICATION,
    1,
    3,
    'aggregated',
    'a sign-in by a provider failed: it is down, or its answer cannot be believed',
  ),
  'provider.signed-out': event(
    AUTHENTICATION,
    2,
    2,
    'sync',
    'a provider ended what it had begun (back-channel logout)',
  ),
  'setup.completed': event(ACCOUNT_CHANGE, 1, 3, 'sync', 'the first administrator was made'),
  'request.refused': event(HTTP, 99, 2, 'aggregated', 'a guard refused a request'),
  'request.malformed': event(HTTP, 99, 2, 'aggregated', 'a request had no canonical form'),
  'request.failed': event(HTTP, 99, 3, 'aggregated', 'the app failed or could not be reached'),
  'access.used': event(AUTHORIZE, 1, 1, 'buffered', 'a rule let a session in (once a minute a session)'),
  'config.loaded': event(LIFECYCLE, 99, 1, 'buffered', 'the configuration was loaded'),
  'config.rejected': event(LIFECYCLE, 99, 3, 'buffered', 'an edited configuration was refused'),
  'gate.started': event(LIFECYCLE, 3, 1, 'sync', 'the gate started'),
  'gate.stopped': event(LIFECYCLE, 4, 1, 'sync', 'the gate stopped'),
  'app.started': event(LIFECYCLE, 3, 1, 'buffered', 'a guarded app started'),
  'app.stopped': event(LIFECYCLE, 4, 2, 'buffered', 'a guarded app stopped'),
  'key.rotated': event(API, 3, 2, 'sync', 'a key was made or retired'),
  'data.backed-up': event(API, 2, 2, 'sync', 'a backup of the data was written'),
  'data.restored': event(API, 3, 4, 'sync', 'the data was restored from a backup'),
  'data.read': event(API, 2, 1, 'sync', 'a person or token read something marked sensitive'),
  'data.changed': event(API, 3, 2, 'sync', 'a person or token changed something marked sensitive'),
  'log.erased': event(API, 4, 3, 'sync', 'personal values of these entries were erased'),
  'log.pruned': event(API, 4, 3, 'sync', 'entries older than the retention allows were removed'),
  'log.repaired': event(LIFECYCLE, 99, 3, 'sync', 'what a crash left unfinished in the log was set aside'),
  'log.gap': event(LIFECYCLE, 99, 4, 'sync', 'events were lost while the log could not be written'),
  'log.clock-stepped': event(LIFECYCLE, 99, 3, 'buffered', 'the clock of this machine went backwards'),
  'witness.silent': event(LIFECYCLE, 99, 3, 'buffered', 'a witness has stopped answering, or answers again'),
  'witness.refused': event(LIFECYCLE, 99, 5, 'buffered', 'a witness remembers another history of this log'),
  'finding.recorded': event(FINDING, 1, 3, 'sync', 'the scan found something'),
  'finding.gone': event(FINDING, 3, 1, 'sync', 'a scan no longer found what an earlier one had found'),
  'finding.probed': event(FINDING, 2, 2, 'sync', 'a probe tried a finding at the app and through the gate'),
  'shield.changed': event(USER_ACCESS, 1, 3, 'sync', 'a shield was proposed, applied or removed'),
} as const satisfies Record<string, EventDefinition>;

export type EventType = keyof typeof EVENT_TYPES;
export type Outcome = 'success' | 'failure' | 'refused';

/** What happened, before the log gives it a place, a time and a number. */
export interface SecurityEvent {
  type: EventType;
  outcome: Outcome;
  fields: EventFields;
}

/** Where an event stands: unique, in the order of the log of one instance. */
export interface EventReceipt {
  /** `evt_…`, stable for ever. */
  id: string;
  instance: string;
  /** 0 for the first event of the instance. */
  sequence: number;
}

/**
 * The port through which every room reports what happened.
 */
export interface EventSink {
  /**
   * Resolves when the event is as safe as its type's durability says: on disk for `sync`, taken over for
   * `buffered` and `aggregated`. Rejects with `log-unavailable` when a `sync` event cannot be kept; the
   * caller then refuses the act (fail closed).
   */
  record(event: SecurityEvent): Promise<EventReceipt | undefined>;
}
