export interface Position {
  /** Counted from 1. */
  line: number;
  /** Counted from 1, in UTF-16 code units. */
  column: number;
}

/** Where each field stands in the file, by its path: `apps.sales.rules[1]`. */
export type Positions = ReadonlyMap<string, Position>;

export type FieldPath = readonly PropertyKey[];

/** The path of a field within the field `parent`: `apps.sales`, then `apps.sales.rules`, then `apps.sales.rules[1]`. */
export const childField = (parent: string, part: PropertyKey): string => {
  if (typeof part === 'number') return `${parent}[${part}]`;
  const key = String(part);
  const word = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return parent === '' ? word : `${parent}.${word}`;
};

/** `['apps', 'sales', 'rules', 1]` as people write it: `apps.sales.rules[1]`. */
export const fieldName = (path: FieldPath): string => path.reduce<string>(childField, '');

/** The position of a field, or of the nearest one around it. */
export const positionNear = (positions: Positions, path: FieldPath): Position | undefined => {
  for (let length = path.length; length >= 0; length--) {
    const found = positions.get(fieldName(path.slice(0, length)));
    if (found) return found;
  }
  return undefined;
};
