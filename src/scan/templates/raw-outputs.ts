/** A place in a template where a value goes into the page as it is. */
export interface RawOutput {
  /** The variables of the rendering that the value is made of. */
  readonly roots: readonly string[];
  readonly start: number;
  readonly end: number;
  /** It says so itself (`|safe`, escaping off); else it stands in a script, where escaping is not enough. */
  readonly marked: boolean;
}

export interface TemplateShape {
  readonly outputs: readonly RawOutput[];
  /** Templates that it includes, extends or imports from. */
  readonly uses: readonly string[];
}

const TOKEN =
  /\{#[\s\S]{0,20000}?#\}|\{%-?\s*(?:comment|verbatim)\b[\s\S]{0,20000}?\{%-?\s*end(?:comment|verbatim)\s*-?%\}|\{\{(!?)-?([\s\S]{0,2000}?)-?\}\}|\{%[-+]?\s*(\w{1,30})\s*([\s\S]{0,2000}?)[-+]?%\}/g;
const ESCAPING =
  /\|\s*(e|escape|forceescape|force_escape|escapejs|tojson|json_script|urlencode|striptags|int|float|length|date|floatformat)\b/;
const MOST_OUTPUTS = 2_000;

const WORDS = new Set(
  'and or not in is if else true false none True False None loop self super forloop'.split(' '),
);

// Variables that an expression reads: names that are no attribute, filter, keyword or text.
const namesIn = (expression: string): string[] => {
  const bare = expression.replace(/"[^"]{0,500}"|'[^']{0,500}'/g, '""');
  const names = [...bare.matchAll(/(^|[^.\w|\s])\s*([A-Za-z_]\w{0,60})(?!\s*=[^=])/g)].map(
    (match) => match[2] ?? '',
  );
  return [...new Set(names)].filter((name) => !WORDS.has(name));
};

/** Reads a Jinja, Django, Tornado or Bottle template, as far as escaping is concerned. */
export const templateShape = (text: string): TemplateShape => {
  const outputs: RawOutput[] = [];
  const uses: string[] = [];
  const scopes: Map<string, readonly string[]>[] = [new Map()];
  const escaping: boolean[] = [true];
  let at = 0;
  let script = '';
  const rootsOf = (expression: string): string[] => [
    ...new Set(
      namesIn(expression).flatMap((name) => {
        for (let i = scopes.length - 1; i >= 0; i--) {
          const known = scopes[i]?.get(name);
          if (known !== undefined) return known;
        }
        return [name];
      }),
    ),
  ];
  const define = (names: string, expression: string): void => {
    const roots = rootsOf(expression);
    for (const name of names.split(',')) scopes.at(-1)?.set(name.trim(), roots);
  };
  // What stands in a script since it began, '' outside of one.
  const between = (part: string): void => {
    const opened = part.lastIndexOf('<script');
    const closed = part.lastIndexOf('</script');
    if (opened > closed) script = part.slice(part.indexOf('>', opened) + 1) || ' ';
    else if (closed >= 0) script = '';
    else if (script !== '') script = (script + part).slice(-500);
  };
  for (const token of text.matchAll(TOKEN)) {
    between(text.slice(at, token.index));
    at = token.index + token[0].length;
    const [whole, bang = '', output, tag, rest = ''] = token;
    const put = (expression: string, marked: boolean): void => {
      const roots = rootsOf(expression.split('|')[0] ?? '');
      if (roots.length > 0 && outputs.length < MOST_OUTPUTS)
        outputs.push({ roots, start: token.index, end: token.index + whole.length, marked });
    };
    if (output !== undefined) {
      if (ESCAPING.test(output)) continue;
      if (bang === '!' || /\|\s*safe(seq)?\b/.test(output) || escaping.at(-1) === false) put(output, true);
      else if (script !== '' && !inQuotes(script) && /^\s*[\w.]+\s*$/.test(output)) put(output, false);
      continue;
    }
    switch (tag) {
      case 'for': {
        scopes.push(new Map());
        const loop = /^([\w\s,()]{1,200}?)\s+in\s+([\s\S]+)$/.exec(rest);
        if (loop !== null) define((loop[1] ?? '').replace(/[()]/g, ''), loop[2] ?? '');
        break;
      }
      case 'with': {
        scopes.push(new Map());
        const named = /^([\s\S]+?)\s+as\s+(\w+)\s*$/.exec(rest);
        if (named !== null) define(named[2] ?? '', named[1] ?? '');
        else
          for (const part of rest.matchAll(/(\w{1,60})\s*=\s*([^\s,]{1,200})/g))
            define(part[1] ?? '', part[2] ?? '');
        break;
      }
      case 'endfor':
      case 'endwith':
        if (scopes.length > 1) scopes.pop();
        break;
      case 'set': {
        const set = /^([\w\s,]{1,200}?)\s*=\s*([\s\S]+)$/.exec(rest);
        if (set !== null) define(set[1] ?? '', set[2] ?? '');
        break;
      }
      case 'autoescape':
        escaping.push(!/^(false|off|None)\b/.test(rest));
        break;
      case 'endautoescape':
        if (escaping.length > 1) escaping.pop();
        break;
      case 'raw':
        // Tornado's `{% raw value %}`; Jinja's has nothing behind it.
        if (rest.trim() !== '') put(rest, true);
        break;
      case 'include':
      case 'extends':
      case 'import':
      case 'from': {
        const name = /["']([^"']{1,200})["']/.exec(rest)?.[1];
        if (name !== undefined) uses.push(name);
        break;
      }
    }
  }
  return { outputs, uses };
};

const inQuotes = (code: string): boolean => {
  let inside = '';
  for (const char of code) {
    if (char === '\n') inside = '';
    else if (inside === '') inside = char === "'" || char === '"' || char === '`' ? char : '';
    else if (char === inside) inside = '';
  }
  return inside !== '';
};
