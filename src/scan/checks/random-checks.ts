import { onlyConstant } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { type Call, type CallCheck, type CallChecks, each } from './call-check.ts';
import { usersOf } from './words.ts';

const SECRETS =
  /\b(\w*passw(or)?ds?|passwd|pwd|pass ?phrase|pass ?code|pass ?word|secrets?|\w*tokens?|session ?id|session ?key|sessions?|sid|csrf\w*|xsrf\w*|[th]?otp|nonces?|cnonce|salt|api ?keys?|apikey|auth|authenticat\w+|credentials?|verification|verify|(activation|confirmation|security|invite|invitation|recovery|reset|access|login|backup|promo|discount|one time|gift) (code|key|link|pin|number)s?|reset|invite|invitation|vouchers?|coupons?|remember( me)?|rememberme|captcha|pin|pins|pin ?code|(private|secret|encryption|signing|session|license|master|aes|crypto) ?keys?|cookies?|iv|challenge|share (link|key|id)|download (link|key|id)|mfa|2fa|two factor)\b/;
const HARMLESS =
  /\b(shuffle\w*|jitter\w*|sleep\w*|delays?|back ?off|retry|retries|wait|timeout|interval|sample \w+|sampling|simulat\w*|tests?|demo|colou?rs?|noise|seeds?|weights?|rate|probability|servers?|hosts?|port|ports|user ?agents?|proxy|proxies|replicas?|backends?|workers?|load balanc\w*|mock|fake|faker|dummy|lorem|examples?|dice|cards?|deck|game|enemy|monte carlo|mutat\w+|crossover|augment\w*|crop|flip)\b/;
/** What becomes a length or a place is no secret, whatever stands around it. */
const MEASURE =
  /\b(lengths?|len|sizes?|counts?|n|index|idx|offset|position|amount|limit|seconds|ms|chunk len)\b/;

// What shuffles and draws from a shape is seldom a secret, whatever stands around it.
const SHAPES = /\.(shuffle|uniform|gauss|triangular)$/;

// `random() < rate` decides whether something happens: nobody can hold such a number.
const onlyCompared = (call: Call): boolean => {
  const uses = call.uses();
  return uses.length > 0 && uses.every(({ op }) => op === OP.compare);
};

// A place to cut at, or how often something is done.
const onlyCuts = (call: Call): boolean => {
  const uses = call.uses();
  return uses.length > 0 && uses.every(({ op }) => op === OP.slice);
};

// `time.sleep(randint(1, 5))`, also with arithmetic between.
const onlyWaits = (call: Call): boolean =>
  /\b(sleep|wait|call later|timeout|countdown)\b/.test(call.result());

/** Secrets that people put together of words. */
const OF_WORDS = /passw|pass ?phrase|secret|mnemonic|\bseed/;

// One of several words is drawn: a greeting, a colour, a name. Unless what becomes of it says so, that is no secret.
const onlyWords = (call: Call): boolean => {
  const [ref] = call.arg(0, 'seq')?.refs ?? [];
  const elems = ref?.k === 'obj' ? call.frame.obj(call.state, ref.id)?.elems : null;
  return (
    call.name.endsWith('.choice') &&
    elems != null &&
    elems.length > 1 &&
    elems.every((each) => String(onlyConstant(each) ?? '').length > 2)
  );
};

// What is drawn from what the visitor sent is known to him anyway.
const drawnFromOutside = (call: Call): boolean => {
  const from = /\.(choices?|sample)$/.test(call.name)
    ? (call.arg(0, 'seq') ?? call.arg(-1, 'population'))
    : null;
  return from !== null && call.frame.deepTaints(call.state, from).length > 0;
};

const CHARACTERS =
  /\b(ascii letters|ascii lowercase|ascii uppercase|digits|printable|punctuation|hexdigits|alphabet|letters|chars|characters|charset)\b/;

const weakRandom: CallCheck = (call) => {
  if (onlyCompared(call) || onlyCuts(call) || onlyWaits(call)) return null;
  const words = call.words();
  const result = call.result();
  const chosen = SECRETS.test(result);
  if (!chosen && !OF_WORDS.test(words) && onlyWords(call)) return null;
  if (!chosen && drawnFromOutside(call)) return null;
  const plain = HARMLESS.test(words) || MEASURE.test(result);
  if (!SHAPES.test(call.name) && (chosen || (SECRETS.test(words) && !plain)))
    return {
      rule: 'py/weak-random',
      why: 'The generator can be predicted, and the names around it speak of a secret.',
      confidence: call.oneOfSeveral
        ? 'possible'
        : chosen || !call.name.endsWith('.sample')
          ? 'confirmed'
          : 'likely',
    };
  if (plain) return null;
  return {
    rule: 'py/weak-random',
    why: CHARACTERS.test(call.given())
      ? 'The generator can be predicted, and what is drawn are letters, as for a password.'
      : 'The generator can be predicted; that matters where the number is a secret.',
    confidence: 'possible',
    severity: 'low',
  };
};

/** Cards are shuffled, and questions; letters that are put together afterwards become a secret. */
const shuffled: CallCheck = (call) => {
  const words = call.words();
  if (!SECRETS.test(words) || HARMLESS.test(words.replaceAll('shuffle', ''))) return null;
  const { fn } = call.frame;
  const joined = usersOf(fn, call.register(0, 'x')).some(
    ({ op, name }) => op === OP.method && name === 'join',
  );
  return {
    rule: 'py/weak-random',
    why: 'The generator can be predicted, and the names around it speak of a secret.',
    confidence: joined ? 'likely' : 'possible',
  };
};

const DRAWS = [
  'random',
  'randint',
  'randrange',
  'choice',
  'choices',
  'uniform',
  'getrandbits',
  'randbytes',
  'sample',
  'triangular',
  'gauss',
];

const NUMPY = ['rand', 'randint', 'random', 'choice', 'bytes', 'random_sample', 'random_integers'];

/** UUIDs of version 1 are the time and the address of the machine. */
const guessable: CallCheck = (call) =>
  SECRETS.test(call.words())
    ? {
        rule: 'py/weak-random',
        why: 'uuid1() is made of the time and of the address of the machine.',
        confidence: SECRETS.test(call.result()) ? 'likely' : 'possible',
      }
    : null;

const numpy: CallCheck = (call) => {
  const verdict = weakRandom(call);
  return verdict?.confidence === 'possible' ? null : verdict;
};

export const RANDOM_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    DRAWS.flatMap((name) => [`random.${name}`, `random.Random().${name}`]),
    weakRandom,
  ),
  ...each(
    NUMPY.map((name) => `numpy.random.${name}`),
    numpy,
  ),
  ...each(['random.shuffle', 'random.Random().shuffle', 'numpy.random.shuffle'], shuffled),
  ['uuid.uuid1', guessable],
];
