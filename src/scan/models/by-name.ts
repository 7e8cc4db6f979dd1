const MOST_NAMES = 100_000;

/** `make`, worked out once for each name. What was is forgotten against trees with endless names. */
export const byName = <T>(make: (name: string) => T): ((name: string) => T) => {
  const known = new Map<string, T>();
  return (name) => {
    let made = known.get(name);
    if (made === undefined) {
      made = make(name);
      if (known.size >= MOST_NAMES) known.clear();
      known.set(name, made);
    }
    return made;
  };
};

/** Whether a name fits `pattern`. */
export const named = (pattern: RegExp): ((name: string) => boolean) => byName((name) => pattern.test(name));
