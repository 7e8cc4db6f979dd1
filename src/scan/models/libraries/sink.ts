import type { ArgumentSpec, Condition, LibraryModel } from '../schema.ts';

/** A maker of models of calls that do one kind of harm with the arguments `args`, where `when` holds. */
export const sink =
  (rule: string, kind: string, context: NonNullable<LibraryModel['sinks']>[number]['context']) =>
  (name: string, args: ArgumentSpec[] = [0], when?: Condition[]) => ({
    name,
    rule,
    kind,
    args,
    context,
    ...(when === undefined ? {} : { when }),
  });
