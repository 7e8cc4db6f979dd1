import { type Constant, constant, type Val } from './value.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';

/** Modes of files by their names: who may read, write and execute, from the lowest bit on. */
const MODES = [
  'XOTH',
  'WOTH',
  'ROTH',
  'XGRP',
  'WGRP',
  'RGRP',
  'XUSR',
  'WUSR',
  'RUSR',
  'SVTX',
  'SGID',
  'SUID',
];
const MODE_GROUPS: readonly [string, number][] = [
  ['S_IRWXU', 0o700],
  ['S_IRWXG', 0o070],
  ['S_IRWXO', 0o007],
  ['S_IREAD', 0o400],
  ['S_IWRITE', 0o200],
  ['S_IEXEC', 0o100],
];

/** What the standard library says is the same everywhere. */
const FIXED: ReadonlyMap<string, Val> = new Map(
  (
    [
      ['os.sep', '/'],
      ['os.path.sep', '/'],
      ['string.ascii_lowercase', LOWER],
      ['string.ascii_uppercase', LOWER.toUpperCase()],
      ['string.ascii_letters', LOWER + LOWER.toUpperCase()],
      ['string.digits', '0123456789'],
      ['string.hexdigits', '0123456789abcdefABCDEF'],
      ...MODES.map((name, bit) => [`stat.S_I${name}`, 1 << bit]),
      ...MODE_GROUPS.map(([name, bits]) => [`stat.${name}`, bits]),
    ] as [string, Constant][]
  ).map(([name, value]) => [name, constant(value)]),
);

/** The value that `name` of the standard library has, when it is always the same. */
export const fixedValue = (name: string): Val | undefined => FIXED.get(name);
