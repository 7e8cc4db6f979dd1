import { EVENT_TYPES, type EventFields } from '../../core/index.ts';
import type { LogEntry } from '../entry.ts';

/** The version of the Open Cybersecurity Schema Framework that events are written in. */
const OCSF_VERSION = '1.8.0';

const PRODUCT = { name: 'Gatehouse', vendor_name: 'Gatehouse' };
const SEVERITIES = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'];
const OTHER = 99;

// activity_id of HTTP Activity (4002) by method.
const METHODS: Record<string, number> = {
  CONNECT: 1,
  DELETE: 2,
  GET: 3,
  HEAD: 4,
  OPTIONS: 5,
  POST: 6,
  PUT: 7,
  TRACE: 8,
  PATCH: 9,
};

type Json = Record<string, unknown>;

const without = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));

const userOf = (uid: string | undefined, name: string | undefined): Json =>
  uid === undefined && name === undefined ? { name: 'Unknown' } : without({ uid, name });

const actorOf = ({ actor, name, session }: EventFields): Json =>
  without({ user: userOf(actor, name), session: session === undefined ? undefined : { uid: session } });

/** The person acted upon, or the one who acted where nobody else is concerned. */
const targetOf = ({ subject, subjectName, actor, name, account }: EventFields): Json =>
  subject !== undefined || subjectName !== undefined
    ? userOf(subject, subjectName ?? account)
    : userOf(actor, name ?? account);

const sourceOf = ({ address, device }: EventFields): Json =>
  address === undefined ? { name: 'unknown' } : without({ ip: address, name: device });

const appOf = ({ app }: EventFields): Json =>
  app === undefined ? PRODUCT : { name: app, vendor_name: 'unknown' };

/** What each class asks for beside what all have (required attributes and at-least-one constraints of OCSF 1.8). */
const CLASSES: Record<number, (entry: LogEntry) => Json> = {
  2007: ({ id, type, fields }) => ({
    finding_info: { uid: fields.finding ?? id, title: fields.rule ?? type },
    application: appOf(fields),
  }),
  3001: ({ fields }) => ({ user: targetOf(fields), actor: actorOf(fields), src_endpoint: sourceOf(fields) }),
  3002: ({ fields }) => ({
    user: fields.actor === undefined ? targetOf(fields) : userOf(fields.actor, fields.name ?? fields.account),
    service: { name: fields.app ?? 'portal' },
    src_endpoint: sourceOf(fields),
    session: fields.session === undefined ? undefined : { uid: fields.session },
    is_mfa: fields.assurance === undefined ? undefined : fields.assurance.endsWith('mfa'),
  }),
  3003: ({ fields }) => ({
    user: userOf(fields.actor, fields.name),
    privileges: [fields.guard ?? fields.app ?? 'unknown'],
    session: fields.session === undefined ? undefined : { uid: fields.session },
  }),
  3005: ({ fields }) => ({
    user: targetOf(fields),
    privileges: fields.roles ?? [fields.role ?? fields.rule ?? 'unknown'],
    actor: actorOf(fields),
  }),
  4002: ({ fields }) => ({
    http_request: without({
      http_method: fields.method,
      url: without({ hostname: fields.host, path: fields.path, url_string: fields.path ?? '/' }),
      user_agent: fields.device,
    }),
    http_response: fields.status === undefined ? undefined : { code: fields.status },
    src_endpoint: sourceOf(fields),
    dst_endpoint: { name: fields.app ?? 'unknown', hostname: fields.host },
    actor: fields.actor === undefined ? undefined : actorOf(fields),
  }),
  6002: ({ fields }) => ({ app: appOf(fields) }),
  6003: ({ type, fields }) => ({
    actor: actorOf(fields),
    api: without({
      operation: type,
      request: fields.incident === undefined ? undefined : { uid: fields.incident },
    }),
    src_endpoint: sourceOf(fields),
    resources: [
      without({ name: fields.record ?? fields.target ?? fields.app ?? type, labels: fields.columns }),
    ],
  }),
};

const isKnown = (type: string): type is keyof typeof EVENT_TYPES => Object.hasOwn(EVENT_TYPES, type);

/** An entry of the log as an OCSF 1.8 event. What has no place in its class stands under `unmapped`. */
export const toOcsf = (entry: LogEntry): Json => {
  const { id, instance, sequence, time, type, outcome, fields, erased } = entry;
  // A log may hold types of a later version: the base event takes them.
  const definition = isKnown(type)
    ? EVENT_TYPES[type]
    : { classUid: 0, activityId: 0, severity: 1, says: type };
  const { classUid, severity, says } = definition;
  const activityId = classUid === 4002 ? (METHODS[fields.method ?? ''] ?? OTHER) : definition.activityId;
  return without({
    activity_id: activityId,
    activity_name: activityId === OTHER ? type : undefined,
    category_uid: Math.floor(classUid / 1_000),
    class_uid: classUid,
    type_uid: classUid * 100 + activityId,
    time,
    severity_id: severity,
    severity: SEVERITIES[severity],
    status_id: outcome === 'success' ? 1 : 2,
    status: outcome === 'success' ? 'Success' : 'Failure',
    status_detail: fields.reason,
    message: says,
    count: fields.count,
    start_time: fields.since,
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      uid: id,
      sequence,
      log_name: instance,
      event_code: type,
    },
    ...without(CLASSES[classUid]?.(entry) ?? {}),
    unmapped: without({ ...fields, outcome, erased: erased.length > 0 ? erased : undefined }),
  });
};
