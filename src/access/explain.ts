import { formatDuration } from '../core/index.ts';
import { canonicalFault } from './canonical-fault.ts';
import { compileConditions } from './conditions.ts';
import { decide } from './decide.ts';
import { foldCase } from './fold-case.ts';
import { PathTrie } from './path-trie.ts';
import type { Policy } from './policy.ts';
import type { PolicyRule } from './policy-rule.ts';
import { eachHeldRole } from './roles.ts';
import type { AccessRequest, Decision } from './types.ts';

/** A rule that was looked at, and what came of it. */
export interface ConsideredRule {
  id: string;
  line?: number;
  says: string;
  /** `lets-in`, `refuses` and `demands` took part in the decision; `silent` rules did not match. */
  part: 'lets-in' | 'refuses' | 'demands' | 'silent';
  /** Why it matched or did not, in a sentence. */
  why: string;
}

export interface Explanation {
  decision: Decision;
  /** Roles that count, those that come by inclusion with the way: `analyst (through lead)`. */
  roles: readonly string[];
  /** Roles of the person that do not count: unknown to the configuration, or ended. */
  ignoredRoles: readonly string[];
  /** Every rule of the app in the order of the file. */
  rules: readonly ConsideredRule[];
  /** What would change the verdict: each a sentence. */
  changes: readonly string[];
}

interface Holder {
  held: ReadonlySet<string>;
  shown: readonly string[];
  ignored: readonly string[];
}

const holderOf = (policy: Policy, { person, now }: AccessRequest): Holder => {
  const held = new Set<string>();
  const shown: string[] = [];
  const ignored: string[] = [];
  for (const granted of person && person.assurance !== 'none' ? person.roles : []) {
    const one = { roles: [granted], ...(person?.roleEnds && { roleEnds: person.roleEnds }) };
    let counts = false;
    eachHeldRole(policy.roles, one, now, (_index, name) => {
      counts = true;
      if (!held.has(name)) shown.push(name === granted ? name : `${name} (through ${granted})`);
      held.add(name);
    });
    if (!counts)
      ignored.push(policy.roles.has(granted) ? `${granted} (ended)` : `${granted} (not in the file)`);
  }
  return { held, shown, ignored };
};

const matchesPath = (patterns: readonly string[], path: string, ignoreCase: boolean): boolean => {
  const fold = (text: string) => (ignoreCase ? foldCase(text) : text);
  return patterns.some((pattern) => {
    const trie = new PathTrie<true>();
    trie.at(fold(pattern), () => true);
    const found: true[] = [];
    trie.collect(fold(path), found);
    return found.length > 0;
  });
};

/** Why path, method, time or conditions of a rule do not fit, or undefined when they do. */
const misfit = (rule: PolicyRule, request: AccessRequest, ignoreCase: boolean): string | undefined => {
  if (rule.paths && !matchesPath(rule.paths, request.path, ignoreCase)) return 'the path is another';
  if (rule.methods && !rule.methods.includes(request.method)) return 'the method is another';
  if (rule.expires !== undefined && request.now >= rule.expires) {
    return `it ended ${new Date(rule.expires).toISOString()}`;
  }
  for (const [field, value] of Object.entries(rule.conditions ?? {})) {
    const mode = rule.effect === 'allow' ? 'every' : 'any';
    const holds = compileConditions({ [field]: value })(request, mode);
    if (holds === 'no') return `its ${field} do${field === 'query' ? 'es' : ''} not fit`;
    if (holds === 'unknown' && rule.effect === 'allow') return `its ${field} cannot be judged`;
  }
  return undefined;
};

/** Conditions that count as met because nothing is known: said, so that nobody takes them for a match. */
const unjudged = (rule: PolicyRule, request: AccessRequest): string => {
  const fields = Object.entries(rule.conditions ?? {}).filter(
    ([field, value]) => compileConditions({ [field]: value })(request, 'any') === 'unknown',
  );
  return fields.length === 0
    ? ''
    : `; its ${fields.map(([field]) => field).join(', ')} cannot be judged here`;
};

const consider = (
  rule: PolicyRule,
  request: AccessRequest,
  holder: Holder,
  ignoreCase: boolean,
): ConsideredRule => {
  const known = { id: rule.id, says: rule.says, ...(rule.line === undefined ? {} : { line: rule.line }) };
  const silent = (why: string): ConsideredRule => ({ ...known, part: 'silent', why });
  const other = misfit(rule, request, ignoreCase);
  if (other) return silent(other);
  if (rule.effect === 'demand') {
    return { ...known, part: 'demands', why: `path and method fit${unjudged(rule, request)}` };
  }
  const nobody = request.person === undefined || request.person.assurance === 'none';
  const speaksTo = rule.roles.filter((role) => {
    if (role === 'anonymous') return rule.effect === 'allow' || nobody;
    if (role === 'everyone') return rule.effect === 'forbid' || holder.held.size > 0;
    return holder.held.has(role);
  });
  const part = rule.effect === 'allow' ? 'lets-in' : 'refuses';
  if (speaksTo.length > 0)
    return { ...known, part, why: `it speaks about ${speaksTo.join(', ')}${unjudged(rule, request)}` };
  if (rule.demand)
    return { ...known, part: 'demands', why: 'its roles are others, its assurance counts for all' };
  return silent('its roles are others');
};

const rolesThatHelp = (policy: Policy, request: AccessRequest, { held }: Holder): string[] => {
  const { id = '', assurance = 'password' } = request.person ?? {};
  return [...policy.roles.keys()].filter(
    (role) =>
      !held.has(role) &&
      decide(policy, { ...request, person: { id, assurance, roles: [...held, role] } }).verdict !== 'refuse',
  );
};

const changesFor = (
  policy: Policy,
  request: AccessRequest,
  decision: Decision,
  rules: readonly ConsideredRule[],
  holder: Holder,
): string[] => {
  const at = ({ id, line }: { id: string; line?: number }) =>
    line === undefined ? id : `${id} (line ${line})`;
  if (decision.verdict === 'ask') {
    const fresh = decision.maxAge === undefined ? '' : ` not older than ${formatDuration(decision.maxAge)}`;
    if (decision.assurance === 'password')
      return ['Signing in; the decision is then made again with the roles.'];
    return [`Signing in with a second factor${fresh}.`];
  }
  const forbidding = rules.filter(({ part }) => part === 'refuses');
  if (decision.verdict === 'pass') {
    const letting = rules.filter(({ part }) => part === 'lets-in');
    if (letting.length === 0) return ['Any rule for this app: without rules every role is let in.'];
    const all = letting.map(at).join(', ');
    return [`Taking away what lets in: ${all}.`, 'A rule that forbids one of the roles here.'];
  }
  if (forbidding.length > 0) {
    return [`Taking out or narrowing what forbids: ${forbidding.map(at).join(', ')}.`];
  }
  const helpful = rolesThatHelp(policy, request, holder);
  const changes = helpful.length > 0 ? [`Holding one of these roles as well: ${helpful.join(', ')}.`] : [];
  const who = [...holder.held][0] ?? 'ROLE';
  const missing = `apps.${request.app}.rules: - { allow: [${who}], paths: [${request.path}], methods: [${request.method}] }`;
  return [...changes, `A rule that lets in, such as ${missing}`];
};

/**
 * Why `decide` says what it says: the verdict, the line that decided, every rule of the app with the part it took, and
 * what would change the verdict. Slower than deciding by far: for people, not for requests.
 */
export const explain = (policy: Policy, request: AccessRequest): Explanation => {
  const decision = decide(policy, request);
  const holder = holderOf(policy, request);
  const app = policy.apps.get(request.app);
  const canonical = canonicalFault(request.path) === undefined;
  const rules =
    app && canonical ? app.rules.map((rule) => consider(rule, request, holder, app.ignoreCase)) : [];
  const changes =
    app && canonical
      ? changesFor(policy, request, decision, rules, holder)
      : [app ? 'Asking in the canonical spelling of the path.' : `Defining the app "${request.app}".`];
  return { decision, roles: holder.shown, ignoredRoles: holder.ignored, rules, changes };
};
