import { z } from 'zod';
import { GatehouseError } from '../../core/index.ts';
import type { Person } from '../../identity/index.ts';
import { backupData } from '../../store/index.ts';
import { LOOP_OPERATIONS } from '../loop/operations.ts';
import type { OpenData } from '../open-data.ts';
import { operation } from './operation.ts';

const COMMAND_LINE = {};

const byName = async ({ identity }: OpenData, name: string): Promise<Person> => {
  const person = await identity.people.byName(name);
  if (person !== undefined) return person;
  throw new GatehouseError('person-unknown', `nobody has the account name "${name}"`, {
    remedy: 'See who there is with: gatehouse people list',
  });
};

const name = z.string().min(1).max(256);
const roles = z.array(z.string().min(1).max(64)).max(64);

/**
 * Every operation by its name. Each runs in the process that owns the data, whoever asked. Times in milliseconds since
 * the epoch.
 */
export const OPERATIONS = {
  ...LOOP_OPERATIONS,
  'people.add': operation(
    z.strictObject({
      name,
      displayName: z.string().max(256).optional(),
      email: z.string().max(256).optional(),
      roles,
      password: z.string().max(1_024).optional(),
      mustChangePassword: z.boolean().optional(),
    }),
    async (data, input) => {
      const person = await data.identity.people.add(input, COMMAND_LINE);
      const link =
        input.password === undefined
          ? await data.identity.people.resetPassword(person.id, 'link', COMMAND_LINE)
          : undefined;
      return { person, link };
    },
  ),
  'people.list': operation(z.strictObject({}), async (data) => {
    const all: Person[] = [];
    for (;;) {
      const last = all.at(-1)?.id;
      const page = await data.identity.people.list(last === undefined ? {} : { after: last });
      if (page.length === 0) return { people: all };
      all.push(...page);
    }
  }),
  'people.find': operation(z.strictObject({ name }), async (data, input) => ({
    person: await data.identity.people.byName(input.name),
  })),
  'people.disable': operation(z.strictObject({ name }), async (data, input) => ({
    person: await data.identity.people.disable((await byName(data, input.name)).id, COMMAND_LINE),
  })),
  'people.enable': operation(z.strictObject({ name }), async (data, input) => ({
    person: await data.identity.people.enable((await byName(data, input.name)).id, COMMAND_LINE),
  })),
  'people.roles': operation(
    z.strictObject({ name, roles, ends: z.record(z.string().max(64), z.int()).optional() }),
    async (data, input) => ({
      person: await data.identity.people.setRoles(
        (await byName(data, input.name)).id,
        input.roles,
        COMMAND_LINE,
        input.ends,
      ),
    }),
  ),
  'people.reset': operation(z.strictObject({ name, temporary: z.boolean() }), async (data, input) => {
    const person = await byName(data, input.name);
    const way = input.temporary ? 'temporary' : 'link';
    return { person, reset: await data.identity.people.resetPassword(person.id, way, COMMAND_LINE) };
  }),
  'people.reset-factors': operation(z.strictObject({ name }), async (data, input) => {
    const person = await byName(data, input.name);
    await data.identity.factors.reset(person.id, COMMAND_LINE);
    return { person };
  }),
  'people.change': operation(
    z.strictObject({
      name,
      displayName: z.string().max(256).optional(),
      email: z.string().max(256).optional(),
      phone: z.string().max(64).optional(),
    }),
    async (data, { name: account, ...profile }) => ({
      person: await data.identity.people.setProfile((await byName(data, account)).id, profile, COMMAND_LINE),
    }),
  ),
  'people.invite': operation(z.strictObject({ name }), async (data, input) => {
    const person = await byName(data, input.name);
    await data.identity.recovery.invite(person.id, COMMAND_LINE);
    return { person };
  }),
  'people.unlock': operation(z.strictObject({ name }), async (data, input) => ({
    person: await data.identity.unlock.person((await byName(data, input.name)).id, COMMAND_LINE),
  })),
  'people.unlock-network': operation(z.strictObject({ address: z.string().max(64) }), async (data, input) => {
    await data.identity.unlock.network(input.address, COMMAND_LINE);
    return {};
  }),
  'people.forget': operation(z.strictObject({ name }), async (data, input) => {
    const person = await byName(data, input.name);
    await data.identity.people.forget(person.id, COMMAND_LINE);
    return { person, entries: await data.log.forget(person.id, [person.name]) };
  }),
  'people.import': operation(
    z.strictObject({
      rows: z.array(
        z.strictObject({
          line: z.int().nonnegative(),
          name: z.string(),
          displayName: z.string().optional(),
          email: z.string().optional(),
          roles: z.array(z.string()).readonly(),
          passwordHash: z.string().optional(),
        }),
      ),
      dryRun: z.boolean(),
      skipExisting: z.boolean(),
    }),
    async (data, { rows, ...options }) => data.identity.peopleImport.run(rows, options, COMMAND_LINE),
  ),
  'csp.sightings': operation(
    z.strictObject({ app: z.string().max(64), clear: z.boolean() }),
    async ({ sightings }, { app, clear }) => {
      const found = sightings.of(app);
      if (clear) sightings.clear(app);
      return { sightings: found };
    },
  ),
  backup: operation(z.strictObject({ file: z.string().min(1).max(4_096) }), async (data, input) => {
    const { files } = await backupData(data.directory, input.file);
    await data.log.record({ type: 'data.backed-up', outcome: 'success', fields: {} });
    return { files: Object.keys(files).length };
  }),
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type OperationInput<N extends OperationName> = z.input<(typeof OPERATIONS)[N]['input']>;
export type OperationOutput<N extends OperationName> = Awaited<ReturnType<(typeof OPERATIONS)[N]['run']>>;

export const isOperation = (text: string): text is OperationName => Object.hasOwn(OPERATIONS, text);

/** Checks the input against the operation's schema and runs it. */
export const runOperation = async (
  data: OpenData,
  operationName: OperationName,
  input: unknown,
): Promise<unknown> => {
  const { input: schema, run } = OPERATIONS[operationName];
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    throw new GatehouseError('usage', `${operationName}: ${z.prettifyError(parsed.error)}`, {
      remedy: `See: gatehouse ${operationName.replace('.', ' ')} --help`,
    });
  }
  return (run as (data: OpenData, input: unknown) => Promise<unknown>)(data, parsed.data);
};
