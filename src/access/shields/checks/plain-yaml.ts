/**
 * Whether a YAML text has no tag (YAML 1.1 section 5.3, `!`), so that it builds lists, maps and scalars alone. A mark
 * within a word ("Hello!") is none: a tag stands at the beginning of a token.
 */
export const hasNoTag = (value: string): boolean => {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value) || /(^|[\r\n\u0085\u2028\u2029])%/.test(value))
    return false;
  return !/(^|[^A-Za-z0-9.!])!/.test(value);
};
