import { type Constant, onlyConstant } from '../flow/value.ts';
import { type FunctionCode, type Instr, type ModuleCode, OP } from '../lower/ir.ts';
import type { Add } from './literal-checks.ts';
import { wrongSetting } from './settings-checks.ts';

const MARKS = ['INSTALLED_APPS', 'MIDDLEWARE', 'MIDDLEWARE_CLASSES', 'ROOT_URLCONF', 'PASSWORD_HASHERS'];

/** What settings of a machine for development or of tests hold: mail that goes nowhere, tools that watch. */
const FOR_DEVELOPMENT =
  /^(debug_toolbar|django_extensions|:memory:)$|\.backends\.(console|locmem|dummy|filebased)\.EmailBackend$/;

interface Setting {
  readonly name: string;
  readonly instr: Instr;
  readonly reg: number;
}

const settingsOf = (body: FunctionCode): Map<string, Setting> => {
  const out = new Map<string, Setting>();
  for (const block of body.blocks)
    for (const instr of block.instrs) {
      const name =
        instr.op === OP.move ? (body.slots[instr.dst] ?? '') : instr.op === OP.setGlobal ? instr.name : '';
      if (/^[A-Z][A-Z_]+$/.test(name)) out.set(name, { name, instr, reg: instr.a });
    }
  return out;
};

const constantOf = (body: FunctionCode, reg: number): Constant | undefined => {
  const def = body.defs[reg];
  return def?.op === OP.constant && def.val !== null ? onlyConstant(def.val) : undefined;
};

const areDjangos = (settings: ReadonlyMap<string, Setting>): boolean =>
  MARKS.some((name) => settings.has(name));

/** Whether a module holds the settings of a Django project. */
export const isSettings = ({ body }: ModuleCode): boolean => areDjangos(settingsOf(body));

/** How sure a finding is: settings that are laid over others (`from .base import *`) may serve work on the project alone. */
const confidenceOf = (body: FunctionCode): 'possible' | 'likely' => {
  const laidOver = body.blocks.some(({ instrs }) => instrs.some(({ op }) => op === OP.importStar));
  const isMark = (_: unknown, reg: number): boolean => {
    const text = constantOf(body, reg);
    return typeof text === 'string' && FOR_DEVELOPMENT.test(text);
  };
  return laidOver && body.defs.some(isMark) ? 'possible' : 'likely';
};

/** The texts of a list that is written out, or null when something else is in it. */
const textsOf = (body: FunctionCode, reg: number): string[] | null => {
  const def = body.defs[reg];
  if (def?.op !== OP.sequence) return null;
  const out: string[] = [];
  for (const arg of def.args) {
    const text = constantOf(body, arg);
    if (typeof text !== 'string') return null;
    out.push(text);
  }
  return out;
};

/** A module of Django's settings. */
export const checkSettings = (module: ModuleCode, add: Add): void => {
  const { body } = module;
  const settings = settingsOf(body);
  if (!areDjangos(settings)) {
    plainSettings(module, settings, add);
    return;
  }
  const confidence = confidenceOf(body);
  const tell = (setting: Setting, rule: string, why: string, hint = false): void =>
    add(body, setting.instr, { rule, name: setting.name, why, confidence: hint ? 'possible' : confidence });
  for (const setting of settings.values()) {
    const wrong = wrongSetting(setting.name, constantOf(body, setting.reg));
    if (wrong !== null) tell(setting, wrong.rule, wrong.why);
  }
  const redirect = settings.get('SECURE_SSL_REDIRECT');
  if (redirect !== undefined && constantOf(body, redirect.reg) === false)
    tell(
      redirect,
      'py/clear-text-protocol',
      'Pages are given over plain HTTP, unless a gate in front redirects.',
      true,
    );
  middleware(body, settings, tell);
  const hashers = settings.get('PASSWORD_HASHERS');
  const [first = ''] = (hashers === undefined ? null : textsOf(body, hashers.reg)) ?? [];
  if (hashers !== undefined && /\.(Unsalted)?(MD5|SHA1|Crypt)PasswordHasher$/.test(first))
    tell(
      hashers,
      'py/fast-password-hash',
      `New passwords are hashed by ${first.slice(first.lastIndexOf('.') + 1)}.`,
    );
  const hosts = settings.get('ALLOWED_HOSTS');
  if (hosts !== undefined && textsOf(body, hosts.reg)?.includes('*') === true)
    tell(hosts, 'py/any-host-allowed', 'Links in mails can be made to lead to any host.');
  const serializer = settings.get('SESSION_SERIALIZER');
  if (serializer !== undefined && /PickleSerializer$/.test(String(constantOf(body, serializer.reg))))
    tell(serializer, 'py/unsafe-load', 'Whoever learns the key can run code by a session.');
  const samesite = settings.get('SESSION_COOKIE_SAMESITE');
  if (samesite !== undefined && [null, false, 'None'].some((off) => constantOf(body, samesite.reg) === off))
    tell(samesite, 'py/cookie-without-samesite', 'Other sites can send requests with the session.');
  anyOrigin(body, settings, tell);
};

type Tell = (setting: Setting, rule: string, why: string, hint?: boolean) => void;

const ALL_ORIGINS = ['CORS_ALLOW_ALL_ORIGINS', 'CORS_ORIGIN_ALLOW_ALL'];
const LISTED_ORIGINS = [
  'CORS_ALLOWED_ORIGINS',
  'CORS_ORIGIN_WHITELIST',
  'CORS_ALLOWED_ORIGIN_REGEXES',
  'CORS_ORIGIN_REGEX_WHITELIST',
  'CORS_ORIGINS',
];
const EVERY_ORIGIN = /^(\*|\^?(https?|https\?)?(:\/\/)?\.[*+]\$?)$/;

// Settings of django-cors-headers and Flask-CORS, which nothing else has.
const anyOrigin = (body: FunctionCode, settings: ReadonlyMap<string, Setting>, tell: Tell): void => {
  const is = (name: string, value: Constant): boolean => {
    const setting = settings.get(name);
    return setting !== undefined && constantOf(body, setting.reg) === value;
  };
  if (!is('CORS_ALLOW_CREDENTIALS', true) && !is('CORS_SUPPORTS_CREDENTIALS', true)) return;
  const lists = (name: string): boolean => {
    const reg = settings.get(name)?.reg ?? -1;
    const texts = textsOf(body, reg) ?? [constantOf(body, reg)];
    return texts.some((text) => typeof text === 'string' && EVERY_ORIGIN.test(text));
  };
  const wrong = ALL_ORIGINS.find((name) => is(name, true)) ?? LISTED_ORIGINS.find(lists);
  const setting = wrong === undefined ? undefined : settings.get(wrong);
  if (setting !== undefined)
    tell(setting, 'py/cors-any-origin', 'Every site can read answers with the visitor’s cookies.');
};

const middleware = (body: FunctionCode, settings: ReadonlyMap<string, Setting>, tell: Tell): void => {
  const list = settings.get('MIDDLEWARE') ?? settings.get('MIDDLEWARE_CLASSES');
  const names = list === undefined ? null : textsOf(body, list.reg);
  // What adds to the list later may add these too.
  const changed = body.blocks.some((block) =>
    block.instrs.some(
      ({ op, a, name }) =>
        op === OP.method && /^(append|insert|extend)$/.test(name) && a === list?.instr.dst && a >= 0,
    ),
  );
  if (list === undefined || names === null || names.length === 0 || changed) return;
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (!has(/csrf/i)) {
    // Who keeps no sessions has nothing to forge.
    const sessions = has(/SessionMiddleware$|AuthenticationMiddleware$/);
    tell(list, 'py/csrf-off', 'CsrfViewMiddleware is not listed.', !sessions);
  }
  if (!has(/SecurityMiddleware$/))
    tell(list, 'py/missing-security-headers', 'SecurityMiddleware is not listed.', true);
};

// A module of settings of Flask: DEBUG means something only beside settings that nothing else has.
const plainSettings = (module: ModuleCode, settings: ReadonlyMap<string, Setting>, add: Add): void => {
  const certain = ['SECRET_KEY', 'SQLALCHEMY_DATABASE_URI', 'WTF_CSRF_ENABLED'].some((name) =>
    settings.has(name),
  );
  for (const { name, reg, instr } of settings.values()) {
    const wrong = wrongSetting(name, constantOf(module.body, reg));
    if (wrong === null || (/DEBUG$/.test(name) && !certain)) continue;
    const confidence = confidenceOf(module.body);
    add(module.body, instr, { rule: wrong.rule, name, why: wrong.why, confidence });
  }
  anyOrigin(module.body, settings, ({ instr, name }, rule, why) =>
    add(module.body, instr, { rule, name, why, confidence: 'likely' }),
  );
};
