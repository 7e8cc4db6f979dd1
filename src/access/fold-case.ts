/**
 * One spelling for all cases of a canonical path or pattern, for apps that do not tell them apart. Encoded letters
 * outside ASCII are folded too (`%C3%84` is `%C3%A4`); what is not UTF-8 stays as it is.
 */
export const foldCase = (path: string): string => {
  if (!path.includes('%')) return path.toLowerCase();
  return path.replaceAll(/(?:%[89A-F][0-9A-F])+|[^%]+|%[0-7][0-9A-F]/g, (part) => {
    if (part[0] !== '%') return part.toLowerCase();
    if (part.length === 3) return part;
    try {
      return encodeURIComponent(decodeURIComponent(part).toLowerCase());
    } catch {
      return part;
    }
  });
};
