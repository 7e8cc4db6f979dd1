import type { Policy } from './policy.ts';

/** Something that is allowed to stand in the file and that its writer may not have meant. */
export interface PolicyNote {
  /** Such as `apps.sales`. */
  id: string;
  line: number | undefined;
  message: string;
}

/** What a reader of the policy should know. `now` (milliseconds since the epoch) tells which rules have ended. */
export const policyNotes = (policy: Policy, now: number): PolicyNote[] => {
  const notes: PolicyNote[] = [];
  const { config, positions } = policy.input;
  const note = (id: string, message: string) => notes.push({ id, line: positions?.get(id)?.line, message });
  const mentioned = new Set<string>();
  const alsoForbidden = (forbidden: string, id: string, app: string): void => {
    for (const [role, { held }] of policy.roles) {
      const through = role !== forbidden && held.some((inner) => inner.name === forbidden);
      const allowed = policy.apps
        .get(app)
        ?.rules.some((rule) => rule.effect === 'allow' && rule.roles.includes(role));
      if (through && allowed) note(id, `it refuses ${role} too, which includes ${forbidden}`);
    }
  };
  for (const { name, open, rules } of policy.apps.values()) {
    if (open) note(`apps.${name}`, 'it has no rules: any person with a role is let in');
    else if (!rules.some(({ effect }) => effect === 'allow')) {
      note(`apps.${name}`, 'none of its rules lets anybody in');
    }
    for (const { id, roles, expires, demand, effect } of rules) {
      if (expires !== undefined && now >= expires) note(id, `it ended ${new Date(expires).toISOString()}`);
      if (effect === 'allow' && roles.includes('anonymous') && demand)
        note(id, 'its public paths ask for a sign-in');
      if (effect === 'forbid') for (const role of roles) alsoForbidden(role, id, name);
      for (const role of roles) mentioned.add(role);
    }
  }
  if ([...policy.apps.values()].every(({ open }) => open) || mentioned.has('everyone')) return notes;
  for (const [name, { permissions, includes, manages }] of Object.entries(config.roles)) {
    const written = positions === undefined || positions.has(`roles.${name}`);
    if (!written || mentioned.has(name) || permissions || includes || manages) continue;
    note(`roles.${name}`, 'no rule speaks about it: its people are let in nowhere');
  }
  return notes;
};
