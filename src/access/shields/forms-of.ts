const ROUNDS = 2;

/** Percent escapes undone as UTF-8 where they are whole; broken ones stay. Linear. */
export const percentDecoded = (text: string): string => {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
};

/**
 * The spellings of `value` that an app may make of it before it uses it: as it is, in Unicode's compatibility form
 * (U+FF07 becomes an apostrophe), and with further percent escapes undone (decoding twice is a common mistake).
 */
export const formsOf = (value: string): string[] => {
  const forms = new Set([value]);
  let form = value;
  for (let round = 0; round < ROUNDS; round++) {
    form = percentDecoded(form);
    forms.add(form);
  }
  for (const each of [...forms]) forms.add(each.normalize('NFKC'));
  return [...forms];
};
