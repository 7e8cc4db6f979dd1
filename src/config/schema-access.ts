import { z } from 'zod';
import { duration, method, name, type network, pathPattern } from './scalars.ts';

/** Words that stand for people without being roles. */
export const EVERYONE = 'everyone';
export const ANONYMOUS = 'anonymous';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const list = <T extends z.ZodType>(item: T, most: number) => z.array(item).min(1).max(most);

const scope = {
  paths: list(pathPattern(), 1_000)
    .optional()
    .meta({
      description: 'Paths it is about: * within a segment, ** for any depth. Absent: every path',
      examples: [['/admin/**']],
    }),
  methods: list(method(), 32)
    .optional()
    .meta({
      description: 'Methods it is about, in capitals; GET includes HEAD. Absent: every method',
      examples: [['GET', 'POST']],
    }),
  assurance: z
    .enum(['password', 'mfa', 'fresh-mfa'])
    .optional()
    .meta({
      description: 'How sure the gate has to be of whoever is let in here, whichever rule lets them in',
      examples: ['mfa'],
    }),
  maxAge: duration(10_000)
    .optional()
    .meta({
      description: 'How old the second factor may be for fresh-mfa (default 10m)',
      examples: ['10m'],
    }),
};

/** A rule of an app, in the order of the file. Order never changes the verdict, only which rule is named. */
export const ruleSchema = z
  .strictObject({
    allow: list(name('a role'), 200)
      .optional()
      .meta({
        description:
          'Roles that are let in; "everyone" is any person with a role, "anonymous" needs no sign-in',
        examples: [['analyst', 'admin']],
      }),
    forbid: list(name('a role'), 200)
      .optional()
      .meta({
        description: 'Roles that are refused, whatever else allows them',
        examples: [['guest']],
      }),
    ...scope,
  })
  .meta({ description: 'Who may do what' });

export const roleSchema = z
  .strictObject({
    manages: z
      .boolean()
      .optional()
      .meta({
        description: 'Whether its people administer the gate (default: only admin)',
        examples: [true],
      }),
    includes: list(name('a role'), 200)
      .optional()
      .meta({
        description: 'Roles that this one contains: its people hold them too',
        examples: [['analyst']],
      }),
    permissions: list(name('a permission'), 1_000)
      .optional()
      .meta({ description: 'Permissions that its people have', examples: [['reports-read']] }),
  })
  .meta({ description: 'A role that people can hold' });

export const permissionSchema = z
  .strictObject({
    apps: list(name('an app'), 1_000)
      .optional()
      .meta({ description: 'Apps it is about. Absent: every app', examples: [['sales']] }),
    ...scope,
  })
  .meta({ description: 'A named set of paths and methods that roles can be given' });

export type Rule = z.output<typeof ruleSchema>;
export type Role = z.output<typeof roleSchema>;
export type Permission = z.output<typeof permissionSchema>;
export type Network = z.output<ReturnType<typeof network>>;
