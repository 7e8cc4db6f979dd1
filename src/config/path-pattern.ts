const UNRESERVED = /^[A-Za-z0-9\-._~]$/;
/** Characters that stand in a path as they are (RFC 3986 section 3.3: pchar without percent sign and semicolon). */
const PLAIN = /^[A-Za-z0-9\-._~!$&'()*+,=:@]$/;

/** Why a text is no pattern, and what to write instead. */
export interface PatternFault {
  fault: string;
  remedy: string;
}

const fault = (text: string, remedy: string): PatternFault => ({ fault: text, remedy });

const FOREIGN: readonly [RegExp, string][] = [
  [/[?#]/, 'Leave query and fragment out: a pattern is about the path alone.'],
  [/[\\]/, 'Write / between segments.'],
  [/;/, 'Leave it out: the gate refuses path parameters.'],
  [/[{}[\]<>^|]/, 'Only * (within a segment) and ** (any depth) are special: list other paths one by one.'],
];

const canonicalSegment = (segment: string): string | PatternFault => {
  let out = '';
  for (let i = 0; i < segment.length; ) {
    if (segment[i] === '%') {
      const hex = /^%[0-9a-fA-F]{2}/.exec(segment.slice(i, i + 3))?.[0];
      if (!hex)
        return fault('a % is not followed by two hexadecimal digits', 'Write %25 for a percent sign.');
      const code = Number.parseInt(hex.slice(1), 16);
      const char = String.fromCharCode(code);
      if (code < 0x20 || code === 0x7f || char === '/' || char === '\\') {
        return fault(`${hex} has no canonical form`, 'Leave it out: the gate refuses such requests.');
      }
      out += UNRESERVED.test(char) ? char : hex.toUpperCase();
      i += 3;
      continue;
    }
    const char = String.fromCodePoint(segment.codePointAt(i) ?? 0);
    if (char < ' ' || char === '\u007f') {
      return fault('it holds a control character', 'Take the control character out.');
    }
    out += PLAIN.test(char) ? char : encodeURIComponent(char);
    i += char.length;
  }
  if (out === '.' || out === '..')
    return fault(`it has a "${out}" segment`, 'Write the path without dot segments.');
  if (out.includes('**') && out !== '**') {
    return fault(
      '** shares a segment with other characters',
      'Give ** a segment of its own, such as /admin/**.',
    );
  }
  if (/^:[A-Za-z_]/.test(out))
    return fault(`"${out}" looks like a route parameter`, 'Write * for one segment.');
  return out;
};

/**
 * The canonical spelling of a path pattern: percent-encoding as the gate gives it to requests (unreserved characters
 * decoded, hex in upper case, everything outside RFC 3986's pchar encoded), no trailing slash, no doubled `**`.
 * Returns the fault instead when there is none; never throws.
 */
export const canonicalPattern = (text: string): string | PatternFault => {
  if (!text.startsWith('/')) return fault('it does not start with /', `Begin it with a slash: "/${text}".`);
  if (!text.isWellFormed()) return fault('it is not well-formed Unicode', 'Save the file as UTF-8.');
  for (const [pattern, remedy] of FOREIGN) {
    const found = pattern.exec(text);
    if (found) return fault(`"${found[0]}" has no place in a path pattern`, remedy);
  }
  const body = text.endsWith('/') ? text.slice(1, -1) : text.slice(1);
  if (body === '')
    return text === '/' ? '/' : fault('it has an empty segment', 'Write one / between segments.');
  const segments: string[] = [];
  for (const part of body.split('/')) {
    if (part === '') return fault('it has an empty segment', 'Write one / between segments.');
    const segment = canonicalSegment(part);
    if (typeof segment !== 'string') return segment;
    if (!(segment === '**' && segments.at(-1) === '**')) segments.push(segment);
  }
  return `/${segments.join('/')}`;
};
