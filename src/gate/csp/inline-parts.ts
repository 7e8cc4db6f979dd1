import { sha256 } from '../../core/index.ts';

/** A script or a style that stands in a page. */
export interface InlinePart {
  kind: 'script' | 'style';
  /** `'sha256-…'` as a policy names it. */
  hash: string;
  /** Its first characters, for a person who has to judge it. */
  sample: string;
}

const MOST_PARTS = 100;
const SPACE = /[\t\n\f\r ]/;
// Types that browsers run (HTML section 4.12.1, JavaScript MIME types); others are data, which no policy is about.
const RUNS =
  /^(?:|module|importmap|speculationrules|(?:application|text)\/(?:x-)?(?:java|ecma)script.*|text\/(?:jscript|livescript)|text\/javascript1\.\d)$/i;

/** Where the tag that begins at `from` ends, and its attributes: names in lower case. */
const readTag = (html: string, from: number): { attributes: Map<string, string>; end: number } => {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < html.length) {
    while (at < html.length && (SPACE.test(html[at] ?? '') || html[at] === '/')) at++;
    if (at >= html.length || html[at] === '>') break;
    let start = at++;
    while (at < html.length && !/[\t\n\f\r />=]/.test(html[at] ?? '')) at++;
    const name = html.slice(start, at).toLowerCase();
    while (SPACE.test(html[at] ?? '')) at++;
    let value = '';
    if (html[at] === '=') {
      at++;
      while (SPACE.test(html[at] ?? '')) at++;
      const quote = html[at];
      if (quote === '"' || quote === "'") {
        const close = html.indexOf(quote, at + 1);
        value = html.slice(at + 1, close === -1 ? html.length : close);
        at = close === -1 ? html.length : close + 1;
      } else {
        start = at;
        while (at < html.length && !/[\t\n\f\r >]/.test(html[at] ?? '')) at++;
        value = html.slice(start, at);
      }
    }
    if (!attributes.has(name)) attributes.set(name, value);
  }
  return { attributes, end: at + 1 };
};

const counts = (kind: InlinePart['kind'], attributes: ReadonlyMap<string, string>): boolean => {
  const type = (attributes.get('type') ?? '').trim();
  return kind === 'script' ? !attributes.has('src') && RUNS.test(type) : /^(?:text\/css)?$/i.test(type);
};

/**
 * The scripts and styles that stand in a page and would count. Reads in one pass; what a browser sees otherwise is
 * hashed otherwise and therefore stays refused.
 */
export const inlineParts = (page: string): InlinePart[] => {
  // The tokenizer sees line feeds only (HTML section 13.2.3.5).
  const html = page.replace(/\r\n?/g, '\n');
  const found = new Map<string, InlinePart>();
  const opening = /<!--|<(script|style)(?=[\t\n\f />])/gi;
  for (let match = opening.exec(html); match !== null; match = opening.exec(html)) {
    if (match[0] === '<!--') {
      const end = html.indexOf('-->', match.index + 2);
      if (end === -1) break;
      opening.lastIndex = end + 3;
      continue;
    }
    const kind = match[1]?.toLowerCase() === 'style' ? 'style' : 'script';
    const { attributes, end } = readTag(html, match.index + 1 + kind.length);
    const closing = kind === 'style' ? /<\/style(?=[\t\n\f />])/gi : /<\/script(?=[\t\n\f />])/gi;
    closing.lastIndex = end;
    const close = closing.exec(html);
    if (close === null) break;
    opening.lastIndex = close.index;
    const text = html.slice(end, close.index);
    if (!counts(kind, attributes) || text.trim() === '') continue;
    const hash = `'sha256-${sha256(text).toString('base64')}'`;
    found.set(`${kind} ${hash}`, { kind, hash, sample: text.trim().replace(/\s+/g, ' ').slice(0, 120) });
    if (found.size >= MOST_PARTS) break;
  }
  return [...found.values()];
};
