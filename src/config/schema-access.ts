import { z } from 'zod';
import { duration, method, name, network, pathPattern, plainText } from './scalars.ts';
import { days, deadline, hours, timeZone } from './scalars-time.ts';

/** Words that stand for people without being roles. */
export const EVERYONE = 'everyone';
export const ANONYMOUS = 'anonymous';

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
  networks: list(network(), 1_000)
    .optional()
    .meta({ description: 'Only requests from these networks', examples: [['10.0.0.0/8']] }),
  outside: list(network(), 1_000)
    .optional()
    .meta({ description: 'Only requests from none of these networks', examples: [['10.0.0.0/8']] }),
  times: z
    .strictObject({
      days: days()
        .optional()
        .meta({ description: 'Days of the week, or ranges of them', examples: [['mon-fri']] }),
      hours: hours()
        .optional()
        .meta({
          description:
            'Hours of the day, to the minute; may go past midnight, then the day is that of the start',
          examples: ['08:00-18:00'],
        }),
      zone: timeZone().meta({ description: 'Time zone of days and hours', examples: ['Europe/Berlin'] }),
    })
    .optional()
    .meta({ description: 'Only at these times' }),
  query: z
    .record(
      plainText(256),
      list(z.union([z.literal(''), plainText(1_024)]), 1_000).meta({
        description: 'Values that are meant; * stands for any characters',
        examples: [['csv', 'xls*']],
      }),
    )
    .optional()
    .meta({ description: 'Only requests with these query parameters' }),
  expires: deadline()
    .optional()
    .meta({
      description: 'End of the rule: a day (which still counts, in UTC) or a time',
      examples: ['2027-01-31'],
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
    expires: deadline()
      .optional()
      .meta({
        description: 'End of the role: a day (which still counts, in UTC) or a time',
        examples: ['2027-01-31'],
      }),
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
