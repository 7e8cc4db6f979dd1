/** Whether `text` has `parts` in this order and without overlap, the first at its start and the last at its end. */
export const matchesParts = (parts: readonly string[], text: string): boolean => {
  const last = parts.at(-1) ?? '';
  let at = (parts[0] ?? '').length;
  if (parts.length === 1) return text === last;
  const end = text.length - last.length;
  if (at > end || !text.startsWith(parts[0] ?? '') || !text.endsWith(last)) return false;
  for (let i = 1; i < parts.length - 1; i++) {
    const part = parts[i] ?? '';
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};

/** Whether a text fits a glob in which `*` stands for any characters. Linear in the text for each star. */
export const matchesGlob = (glob: string, text: string): boolean => matchesParts(glob.split('*'), text);
