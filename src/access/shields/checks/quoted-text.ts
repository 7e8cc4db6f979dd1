/**
 * Whether `value`, put between quotes of an SQL statement, ends where the quotes do: reads it as a tokeniser would that
 * knows doubled quotes and backslashes. Which quote the statement uses does not matter, since all of them are counted.
 */
export const staysQuoted = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    if (char === '\0') return false;
    // MySQL takes the next character literally, others do not: neither reading may meet a quote there.
    if (char === '\\' && (i === value.length - 1 || /['"`\\]/.test(value.charAt(i + 1)))) return false;
    if (char === "'" || char === '"' || char === '`') {
      if (value.charAt(i + 1) !== char) return false;
      i++;
    }
  }
  return true;
};
