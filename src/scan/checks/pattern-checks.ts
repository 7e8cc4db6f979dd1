import { argument } from '../flow/call.ts';
import type { CallListener } from '../flow/engine-options.ts';
import { reach } from '../flow/sinks.ts';
import { onlyConstant, UNKNOWN } from '../flow/value.ts';
import { type CallCheck, type CallChecks, each } from './call-check.ts';
import { isSlowPattern } from './slow-pattern.ts';

/** Whether a call of `name` holds a text against a pattern. */
export const matchesPattern = (name: string): boolean => MATCHERS.test(name);
const MATCHERS = /^(re|regex)\.(match|search|fullmatch|findall|finditer|sub|subn|split)$/;

/** What came in is held against a pattern that is too slow. */
export const slowPattern: CallListener = ({ frame, state, name, args }) => {
  const pattern = onlyConstant(args.positional[0] ?? args.keywords.get('pattern') ?? UNKNOWN);
  const subject = argument(args, /sub/.test(name) ? 2 : 1, 'string');
  if (typeof pattern !== 'string' || subject === null || frame.deepTaints(state, subject).length === 0)
    return;
  if (!isSlowPattern(pattern, name.endsWith('.fullmatch'))) return;
  reach(frame, state, { rule: 'py/redos', kind: 'regex', context: 'regex' }, name, subject, args.instr);
};

// Nothing is known of what is held against it.
const madePattern: CallCheck = (call) => {
  const pattern = call.constant(0, 'pattern');
  if (typeof pattern !== 'string' || !isSlowPattern(pattern, call.name.endsWith('.fullmatch'))) return null;
  const subject = call.arg(/sub/.test(call.name) ? 2 : 1, 'string');
  return subject !== null && call.frame.hot && call.frame.deepTaints(call.state, subject).length > 0
    ? null
    : {
        rule: 'py/redos',
        why: 'The pattern can take forever on a text that is made for it.',
        confidence: 'possible',
      };
};

/** Validators of forms and schemas, and routes, hold whatever comes in against their pattern. */
const validator: CallCheck = (call) => {
  const pattern = call.constant(0, 'regex');
  return typeof pattern === 'string' && isSlowPattern(pattern)
    ? {
        rule: 'py/redos',
        why: 'What comes in is held against a pattern that can take forever.',
        confidence: 'confirmed',
      }
    : null;
};

export const PATTERN_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    ['compile', 'match', 'search', 'fullmatch', 'findall', 'finditer', 'sub', 'subn', 'split'].flatMap(
      (name) => [`re.${name}`, `regex.${name}`],
    ),
    madePattern,
  ),
  ...each(
    [
      'marshmallow.Regexp',
      'marshmallow.validate.Regexp',
      'django.core.validators.RegexValidator',
      'django.urls.re_path',
      'django.conf.urls.url',
      'wtforms.validators.Regexp',
      'wtforms.validators.regexp',
      'validators.Regexp',
      'tornado.web.URLSpec',
      'tornado.web.url',
      'voluptuous.Match',
    ],
    validator,
  ),
];
