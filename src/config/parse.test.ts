import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConfig } from './parse.ts';
import { ConfigError } from './problems.ts';

const FIRST = `
listen: 0.0.0.0:443
portal: https://gate.example.com
apps:
  sales:
    url: https://sales.example.com
    run: streamlit run sales.py            # or  upstream: http://127.0.0.1:8501
    rules:
      - allow: [analyst, admin]
      - forbid: [analyst]
        paths: [/admin/**]
      - allow: [treasurer]
        paths: [/transfer]
        methods: [POST]
        assurance: fresh-mfa
roles: { analyst: {}, treasurer: {}, admin: { manages: true } }
`;

const problemsOf = (text: string): ConfigError['problems'] => {
  try {
    parseConfig(text, 'gatehouse.yaml');
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.code, 'config-invalid');
    return error.problems;
  }
  return assert.fail(`accepted:\n${text}`);
};

test('the configuration of the guide is read as it stands', () => {
  const { config, positions } = parseConfig(FIRST, '/etc/gatehouse/gatehouse.yaml');
  assert.deepEqual(config.listen, [{ host: '0.0.0.0', port: 443 }]);
  assert.equal(config.portal, 'https://gate.example.com');
  assert.equal(config.data, '/etc/gatehouse/.gatehouse');
  assert.deepEqual(config.apps['sales']?.rules, [
    { allow: ['analyst', 'admin'] },
    { forbid: ['analyst'], paths: ['/admin/**'] },
    { allow: ['treasurer'], paths: ['/transfer'], methods: ['POST'], assurance: 'fresh-mfa' },
  ]);
  assert.deepEqual(Object.keys(config.roles).sort(), ['admin', 'analyst', 'guest', 'treasurer', 'user']);
  assert.deepEqual(positions.get('apps.sales.rules[1]'), { line: 10, column: 9 });
  assert.deepEqual(positions.get('apps.sales.rules[1].paths[0]'), { line: 11, column: 17 });
});

test('an empty file is a gate without apps on this machine alone', () => {
  const { config } = parseConfig('', 'gatehouse.yaml');
  assert.deepEqual(config.listen, [{ host: '127.0.0.1', port: 8443 }]);
  assert.equal(config.portal, 'https://gate.localhost:8443');
  assert.deepEqual(config.apps, {});
  assert.equal(config.roles['admin']?.manages, true);
});

test('on loopback one app gets localhost, several get names below it', () => {
  const one = parseConfig('apps: { a: { upstream: "http://127.0.0.1:1" } }', 'f').config;
  assert.equal(one.apps['a']?.url, 'https://localhost:8443');
  const two = parseConfig(
    'listen: 127.0.0.1:443\napps: { a: { upstream: "http://127.0.0.1:1" }, b: { upstream: "unix:/run/b" } }',
    'f',
  ).config;
  assert.equal(two.apps['b']?.url, 'https://b.localhost');
  assert.deepEqual(two.apps['b']?.upstream, { kind: 'unix', path: '/run/b' });
});

test('with a portal named, apps without a url stand beside it', () => {
  const { config } = parseConfig(
    'listen: 0.0.0.0:443\nportal: https://gate.example.com\napps: { a: { upstream: "http://127.0.0.1:1" } }',
    'f',
  );
  assert.equal(config.apps['a']?.url, 'https://a.example.com');
});

test('values arrive in milliseconds, bytes and normal spelling', () => {
  const { config } = parseConfig(
    `
portal: https://Gate.Example.com:443
sessions: { idle: 15m, absolute: 1d }
limits: { body: 10MiB, headers: 16 KiB }
rates: { address: 600/1m }
hsts: off
trustedProxies: [10.0.0.0/8, "::1"]
passwords: { profile: classic }
tls: { certificate: tls/cert.pem, key: /k.pem, minimum: "1.3" }
`,
    '/etc/g/gatehouse.yaml',
  );
  assert.equal(config.portal, 'https://gate.example.com');
  assert.deepEqual(config.sessions, { idle: 900_000, absolute: 86_400_000, concurrent: 10 });
  assert.equal(config.limits.body, 10_485_760);
  assert.equal(config.limits.headers, 16_384);
  assert.deepEqual(config.rates.address, { capacity: 600, window: 60_000 });
  assert.equal(config.hsts, undefined);
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1/128']);
  assert.equal(config.passwords.profile, 'classic');
  assert.equal(config.passwords.minimumLength, 8);
  assert.deepEqual(config.tls, { certificate: '/etc/g/tls/cert.pem', key: '/k.pem', minimum: '1.3' });
});

const APP = 'apps: { a: { upstream: "http://127.0.0.1:1", rules: [RULE] } }';
const rule = (text: string) => APP.replace('RULE', text);

/** What is written, where the problem lies, what it says and what it advises. */
const REFUSED: readonly [string, { field: string; line?: number; column?: number }, RegExp, RegExp][] = [
  ['lsten: 127.0.0.1:1', { field: 'lsten', line: 1, column: 1 }, /unknown field "lsten"/, /mean "listen"/],
  ['limits: { stream: 5 }', { field: 'limits.stream', column: 11 }, /unknown/, /mean "streams"/],
  ['zzz: 1', { field: 'zzz' }, /unknown field/, /Known here: listen, redirect, portal/],
  ['listen: 8443x', { field: 'listen', column: 1 }, /not an address/, /host:port/],
  ['listen: 999.1.1.1:80', { field: 'listen' }, /not an address/, /host:port/],
  ['listen: 0.0.0.0:443', { field: 'listen' }, /"portal" is missing/, /portal: https:\/\/gate\.example\.com/],
  ['listen: [127.0.0.1:1, "[::]:443"]', { field: 'listen' }, /listens on ::, beyond/, /host name/],
  ['listen: 127.0.0.1:0', { field: 'listen' }, /port 0/, /Choose a port/],
  ['portal: http://gate.example.com', { field: 'portal' }, /not an https origin/, /https:\/\/name/],
  [
    'portal: https://gate.example.com/x',
    { field: 'portal' },
    /not an https origin/,
    /host name and port only/,
  ],
  ['portal: https://u:p@gate.example.com', { field: 'portal' }, /not an https origin/, /only/],
  ['portal: https://10.0.0.1', { field: 'portal' }, /an address instead of a host name/, /host name/],
  ['portal: https://gate.example.com.', { field: 'portal' }, /not an https origin/, /only/],
  ['redirect: x', { field: 'redirect' }, /not an address/, /host:port/],
  [
    'sessions: { idle: 15 }',
    { field: 'sessions.idle', column: 13 },
    /expected a text, found 15/,
    /idle: 30m/,
  ],
  ['sessions: { idle: 15min }', { field: 'sessions.idle' }, /not a duration/, /15m/],
  ['sessions: { idle: 2s }', { field: 'sessions.idle' }, /too short/, /from 60 s/],
  ['sessions: { idle: 5h, absolute: 1h }', { field: 'sessions.idle' }, /longer than "absolute"/, /shorter/],
  ['sessions: { concurrent: 0 }', { field: 'sessions.concurrent' }, /0 is less than 1/, /concurrent: 10/],
  ['limits: { body: 10mb }', { field: 'limits.body' }, /not a size/, /10MiB/],
  ['limits: { headers: 1B }', { field: 'limits.headers' }, /too small/, /4096/],
  ['rates: { address: fast }', { field: 'rates.address' }, /not a rate/, /600\/1m/],
  ['rates: { address: 0/1m }', { field: 'rates.address' }, /not a rate/, /600\/1m/],
  ['hsts: on', { field: 'hsts' }, /"on"/, /hsts: off/],
  ['hsts: { maxage: 1d }', { field: 'hsts.maxage' }, /unknown field/, /mean "maxAge"/],
  [
    'trustedProxies: [10.0.0.0/33]',
    { field: 'trustedProxies[0]', column: 18 },
    /not a network/,
    /10\.0\.0\.0\/8/,
  ],
  ['trustedProxies: 10.0.0.0/8', { field: 'trustedProxies' }, /expected a list/, /trustedProxies: \[/],
  ['tls: { certificate: c.pem }', { field: 'tls' }, /"key" is missing/, /together/],
  ['tls: { minimum: 1.2 }', { field: 'tls.minimum' }, /1\.2 is none of 1\.2, 1\.3/, /minimum: "1\.3"/],
  ['apps: { a: { upstream: http://h/path } }', { field: 'apps.a.upstream' }, /not an upstream/, /unix:/],
  [
    'apps: { a: { upstream: http://u:p@h } }',
    { field: 'apps.a.upstream' },
    /user name or password/,
    /secrets/,
  ],
  ['apps: { a: {} }', { field: 'apps.a', column: 9 }, /neither "run" nor "upstream"/, /run: COMMAND/],
  ['apps: { a: { run: x, upstream: "http://h" } }', { field: 'apps.a' }, /exclude/, /Keep run/],
  ['apps: { a: { run: [] } }', { field: 'apps.a.run' }, /the list is empty/, /streamlit/],
  ['apps: { a: { run: "" } }', { field: 'apps.a.run' }, /the text is empty/, /streamlit/],
  ['apps: { a: { run: x, preset: streamlt } }', { field: 'apps.a.preset' }, /none of/, /mean "streamlit"/],
  ['apps: { A: { run: x } }', { field: 'apps.A' }, /"A" is not a name/, /small letters/],
  [
    'apps: { a: { run: x, upstreamCa: c } }',
    { field: 'apps.a.upstreamCa' },
    /not speak https/,
    /Take it out/,
  ],
  ['apps: { a: { run: x, health: /* } }', { field: 'apps.a.health' }, /holds a \*/, /one path/],
  ['apps: { a: { run: x, rules: [] } }', { field: 'apps.a.rules' }, /the list is empty/, /rules: /],
  [
    'apps: { a: { run: x, url: "https://a.example.com:8443" } }',
    { field: 'apps.a.url' },
    /"portal" is missing/,
    /portal: https:\/\/gate\.example\.com:8443\./,
  ],
  [
    'portal: https://gate\napps: { a: { run: x } }',
    { field: 'apps.a', line: 2 },
    /"url" is missing/,
    /url: https:\/\/a\.example\.com/,
  ],
  [
    'portal: https://g.example.com\napps: { a: { run: x, url: "https://g.example.com" } }',
    { field: 'apps.a.url', line: 2 },
    /belongs to the portal already/,
    /host name of its own/,
  ],
  [
    'portal: https://g.example.com\napps: { a: { run: x, url: "https://a.example.com:8443" } }',
    { field: 'apps.a.url' },
    /port differs/,
    /one port/,
  ],
  [
    'portal: https://g.ex.com\napps: { a: { run: x, url: "https://a.ex.com" }, b: { run: y, url: "https://A.ex.com" } }',
    { field: 'apps.b.url' },
    /belongs to app "a"/,
    /of its own/,
  ],
  [rule('{ allow: [analist] }'), { field: 'apps.a.rules[0].allow[0]' }, /no role "analist"/, /Known/],
  [rule('{ allow: [gest] }'), { field: 'apps.a.rules[0].allow[0]' }, /no role/, /mean "guest"/],
  [rule('{ allow: [] }'), { field: 'apps.a.rules[0].allow' }, /list is empty/, /allow: /],
  [rule('{}'), { field: 'apps.a.rules[0]' }, /decides nothing/, /allow or forbid/],
  [rule('{ allow: [user], forbid: [guest] }'), { field: 'apps.a.rules[0]' }, /in one rule/, /two rules/],
  [
    rule('{ forbid: [user], assurance: mfa }'),
    { field: 'apps.a.rules[0].assurance' },
    /demands nothing/,
    /Take/,
  ],
  [rule('{ allow: [user], assurance: none }'), { field: 'apps.a.rules[0].assurance' }, /none of/, /mfa/],
  [
    rule('{ allow: [user], maxAge: 5m }'),
    { field: 'apps.a.rules[0].maxAge' },
    /only for fresh-mfa/,
    /assurance/,
  ],
  [rule('{ allow: [anonymous] }'), { field: 'apps.a.rules[0]' }, /public rule has no paths/, /\/\*\*/],
  [
    rule('{ allow: [anonymous], paths: [/x], assurance: mfa }'),
    { field: 'apps.a.rules[0].assurance' },
    /nobody without a sign-in/,
    /anonymous/,
  ],
  [
    rule('{ allow: [user], paths: [admin] }'),
    { field: 'apps.a.rules[0].paths[0]' },
    /start with/,
    /"\/admin"/,
  ],
  [
    rule('{ allow: [user], paths: /admin }'),
    { field: 'apps.a.rules[0].paths' },
    /expected a list/,
    /paths: /,
  ],
  [
    rule('{ allow: [user], methods: [get] }'),
    { field: 'apps.a.rules[0].methods[0]' },
    /HTTP method/,
    /capitals/,
  ],
  [rule('{ allow: [user], networks: [x] }'), { field: 'apps.a.rules[0].networks[0]' }, /network/, /10\.0/],
  [
    rule('{ allow: [user], times: { days: [mon] } }'),
    { field: 'apps.a.rules[0].times.zone' },
    /found nothing/,
    /Berlin/,
  ],
  [
    rule('{ allow: [user], times: { days: [monday], zone: UTC } }'),
    { field: 'apps.a.rules[0].times.days' },
    /not a day/,
    /mon-fri/,
  ],
  [
    rule('{ allow: [user], times: { hours: 8-18, zone: UTC } }'),
    { field: 'apps.a.rules[0].times.hours' },
    /no hours/,
    /08:00/,
  ],
  [
    rule('{ allow: [user], times: { hours: 08:61-18:00, zone: UTC } }'),
    { field: 'apps.a.rules[0].times.hours' },
    /no hours/,
    /08:00/,
  ],
  [
    rule('{ allow: [user], times: { zone: Europe/Atlantis } }'),
    { field: 'apps.a.rules[0].times.zone' },
    /time zone/,
    /UTC/,
  ],
  [
    rule('{ allow: [user], expires: 2027-02-30 }'),
    { field: 'apps.a.rules[0].expires' },
    /not a day/,
    /2027-01-31/,
  ],
  [rule('{ allow: [user], expires: soon }'), { field: 'apps.a.rules[0].expires' }, /not a day/, /2027-01-31/],
  ['roles: { everyone: {} }', { field: 'roles.everyone' }, /word of the rules/, /another name/],
  ['roles: { a: { includes: [boss] } }', { field: 'roles.a.includes[0]' }, /no role "boss"/, /Known/],
  [
    'roles: { a: { includes: [b] }, b: { includes: [a] } }',
    { field: 'roles.a.includes' },
    /a > b > a/,
    /out/,
  ],
  ['roles: { a: { permissions: [x] } }', { field: 'roles.a.permissions[0]' }, /no permission "x"/, /Define/],
  ['roles: { admin: { manages: false } }', { field: 'roles' }, /no role manages/, /manages: true/],
  ['permissions: { p: { apps: [b] } }', { field: 'permissions.p.apps[0]' }, /no app "b"/, /Define/],
  [
    'permissions: { p: { maxAge: 5m } }',
    { field: 'permissions.p.maxAge' },
    /only for fresh-mfa/,
    /assurance/,
  ],
  ['password: secret', { field: 'password' }, /unknown field/, /mean "passwords"/],
];

for (const [text, place, says, advises] of REFUSED) {
  test(`refuses ${text.replaceAll('\n', ' ')}`, () => {
    const problems = problemsOf(text);
    const found = problems.find(({ field }) => field === place.field);
    assert.ok(found, JSON.stringify(problems));
    assert.match(found.message, says);
    assert.match(found.remedy, advises);
    assert.ok(found.line !== undefined && found.column !== undefined);
    if (place.line !== undefined) assert.equal(found.line, place.line);
    if (place.column !== undefined) assert.equal(found.column, place.column);
  });
}

test('control characters of the file never come out in a message', () => {
  for (const text of [
    '"\\e[31mx": 1',
    'portal: "https://\\e]0;x"',
    'apps: { a: { run: x, title: "\\e[2J" } }',
  ]) {
    for (const { field, message, remedy } of problemsOf(text)) {
      assert.doesNotMatch(`${field}${message}${remedy}`, /\p{Cc}/u);
    }
  }
});

test('several problems come together, in the order of the file', () => {
  const problems = problemsOf('zzz: 1\nsessions: { idle: x }\nlisten: y\n');
  assert.deepEqual(
    problems.map(({ line, field }) => [line, field]),
    [
      [1, 'zzz'],
      [2, 'sessions.idle'],
      [3, 'listen'],
    ],
  );
});

test('whatever the text is, it is accepted or refused with a coded error', () => {
  const words = fc.constantFrom(
    'apps',
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    'rules',
    '&x',
    '*x',
    '<<',
    '"',
    '|',
    '\t',
    '!!t',
    '? ',
    '#',
    '0',
    '~',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(words).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        try {
          parseConfig(text, 'f');
        } catch (error) {
          assert.ok(error instanceof ConfigError, `${String(error)} for ${JSON.stringify(text)}`);
          assert.ok(error.problems.length > 0);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a provider is read with its secret left where it stands, and its roles have to exist', () => {
  const yaml = (role: string, more = '') =>
    `providers:\n  google:\n    issuer: https://accounts.google.com\n    clientId: gatehouse\n    clientSecret: file:google-secret\n    roles: { '*': [${role}] }\n${more}`;
  const { config } = parseConfig(yaml('user'), '/etc/gatehouse/gatehouse.yaml');
  const { google } = config.providers;
  assert.equal(google?.title, 'Google');
  assert.deepEqual(google?.clientSecret, { kind: 'file', path: '/etc/gatehouse/google-secret' });
  assert.deepEqual(google?.scopes, ['openid', 'profile', 'email']);
  assert.throws(() => parseConfig(yaml('usr'), 'test.yaml'), /there is no role "usr"/);
  assert.throws(
    () => parseConfig(yaml('user').replace('https:', 'http:'), 'test.yaml'),
    /not an https address/,
  );
  const secret = yaml('user').replace('file:google-secret', 'hunter2hunter2');
  assert.throws(
    () => parseConfig(secret, 'test.yaml'),
    (error: Error) => !JSON.stringify({ ...error, text: error.message }).includes('hunter2'),
  );
});
