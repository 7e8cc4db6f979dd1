const LONGEST = 2_048;
const ORIGIN = 'https://app.invalid';

// RFC 3986 section 3.3 (pchar and "/") plus what browsers send unencoded in a path: "|", "[" and "]".
const PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@/|[\]%]*$/;

// What browsers send in a query: printable ASCII without the fragment's "#", quotes, angle brackets and "\".
const QUERY = /^[!$%&()*+,\-./0-9:;=?@A-Z[\]^_`a-z{|}~]*$/;

// "//host" and "/\host" name another host; a backslash or a control character has no business in a path; a dot
// segment would be resolved on the way; C0, C1 and F5 to FF never occur in UTF-8 and serve only overlong slashes.
const STRAYS = /^\/[/\\]|[\\\u0000-\u001f\u007f\u00c0\u00c1\u00f5-\u00ff]|(?:^|\/)\.\.?(?:[/;]|$)/;

const decodeBytes = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

// An app that decodes its path once more must not find another host, a header or a script there (CVE-2025-8066 and
// its kin): the path is read as the fourth decoder in a row would read it, and a lenient one at that.
const staysAPath = (path: string): boolean => {
  let text = path;
  for (let round = 0; round < 4; round++) {
    if (STRAYS.test(text)) return false;
    const decoded = decodeBytes(text);
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
};

const isUtf8 = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

/**
 * The place on an app's own origin that a visitor asked for, ready to be put behind that origin in a `Location`;
 * undefined for whatever is not plainly a path there, or longer than `longest` characters. What is returned is the
 * argument itself: nothing is repaired.
 */
export const safeReturn = (asked: string | undefined, longest = LONGEST): string | undefined => {
  if (asked === undefined || asked.length > longest) return undefined;
  const mark = asked.indexOf('?');
  const [path, query] = mark < 0 ? [asked, ''] : [asked.slice(0, mark), asked.slice(mark + 1)];
  if (!PATH.test(path) || !QUERY.test(query) || !isUtf8(path) || !staysAPath(path)) return undefined;
  const url = URL.parse(asked, ORIGIN);
  if (url === null || url.origin !== ORIGIN || url.pathname !== path) return undefined;
  return url.search === (query === '' ? '' : `?${query}`) ? asked : undefined;
};
