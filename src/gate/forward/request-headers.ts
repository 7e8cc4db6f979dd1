import type { Person } from '../../identity/index.ts';
import type { Facts } from '../facts.ts';
import { hopByHop } from './hop-by-hop.ts';

// What a client may not say about itself; "_" is folded into "-" first, since WSGI and CGI cannot tell them
// apart (CVE-2025-64484).
const PROTECTED =
  /^(?:x-gatehouse(?:-|$)|x-forwarded(?:-|$)|forwarded$|x-real-ip$|x-original-|x-rewrite-|x-client-ip$|x-cluster-client-ip$|true-client-ip$|cf-connecting-ip$|x-remote-|remote-|x-scheme$|x-url-scheme$|x-http-method|x-method-override$|x-accel-|x-sendfile|content-length$|host$|expect$)/;

const folded = (name: string): string => name.replaceAll('_', '-');

/** RFC 7239 section 4: an IPv6 address stands in brackets and quotes. */
const forwardedFor = (address: string): string => (address.includes(':') ? `"[${address}]"` : address);

// Header values are Latin-1 on the wire: what is not plain ASCII goes percent-encoded (RFC 3986), as the guide says.
const plain = (text: string): string => text.replace(/[^\x20-\x7e]|%/gu, (char) => encodeURIComponent(char));

const personFields = new WeakMap<Person, readonly string[]>();

/** The plain identity headers: made once for each reading of a person from the database. */
const fieldsOf = (person: Person): readonly string[] => {
  const known = personFields.get(person);
  if (known !== undefined) return known;
  const fields = [
    'X-Gatehouse-User',
    plain(person.name),
    'X-Gatehouse-Name',
    plain(person.displayName),
    'X-Gatehouse-Roles',
    person.roles.map(plain).join(','),
  ];
  if (person.email !== undefined) fields.push('X-Gatehouse-Email', plain(person.email));
  personFields.set(person, fields);
  return fields;
};

/**
 * The header fields that go to the app, names and values in turn. In this order: hop-by-hop fields go, then every
 * spelling of our own and of the forwarding ones, then what the gate knows is added.
 */
export const requestHeaders = (facts: Facts, assertion: string | undefined): string[] => {
  const ends = hopByHop(facts.headers.get('connection'));
  const out: string[] = ['Host', facts.authority];
  const raw = facts.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const lower = name.toLowerCase();
    if (ends.has(lower) || PROTECTED.test(folded(lower)) || lower === 'cookie') continue;
    out.push(name, raw[i + 1] ?? '');
  }
  const { rest } = facts.cookies;
  if (rest !== undefined) out.push('Cookie', rest);
  if (facts.contentLength !== undefined && (facts.contentLength > 0 || facts.headers.has('content-length'))) {
    out.push('Content-Length', String(facts.contentLength));
  }
  const port = facts.authority.match(/:(\d+)$/)?.[1] ?? '443';
  out.push(
    'X-Forwarded-For',
    facts.client.address,
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    facts.authority,
    'X-Forwarded-Port',
    port,
    'Forwarded',
    `for=${forwardedFor(facts.client.address)};host="${facts.authority}";proto=https`,
  );
  if (facts.session !== undefined && assertion !== undefined)
    out.push('X-Gatehouse-Identity', assertion, ...fieldsOf(facts.session.person));
  return out;
};
