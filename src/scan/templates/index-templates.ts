import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CallArgs } from '../flow/call.ts';
import type { Frame } from '../flow/frame.ts';
import { reach } from '../flow/sinks.ts';
import type { State } from '../flow/state.ts';
import { onlyConstant, UNKNOWN } from '../flow/value.ts';
import type { LeftOut } from '../project/files.ts';

interface Rendering {
  frame: Frame;
  state: State;
  name: string;
  args: CallArgs;
}

const RAW = /\{\{-?\s*([A-Za-z_]\w{0,60})[\w.[\]'"]{0,120}\s*(?:\|[^}]{0,200})?\|\s*safe\b/g;
const OFF = /\{%-?\s*autoescape\s+(?:false|off)\s*-?%\}([\s\S]{0,20000}?)\{%-?\s*endautoescape/g;
const ANY = /\{\{-?\s*([A-Za-z_]\w{0,60})/g;
const INLINE = /<script\b[^>]{0,300}>([\s\S]{0,20000}?)<\/script>/gi;

/** The template files of the tree, and which of their variables go into the page without being escaped. */
export class TemplateIndex {
  readonly leftOut: LeftOut[] = [];
  readonly #paths = new Map<string, string>();
  readonly #raw = new Map<string, ReadonlySet<string>>();

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const parts = path.split(/[\\/]/);
      for (let n = 1; n <= Math.min(4, parts.length); n++) {
        const key = parts.slice(-n).join('/');
        if (!this.#paths.has(key)) this.#paths.set(key, path);
      }
    }
  }

  /** A call renders a template: what goes into a variable that is not escaped there reaches the page. */
  rendered({ frame, state, name, args }: Rendering): void {
    if (!frame.hot) return;
    const django = name.startsWith('django');
    const file = onlyConstant(
      args.positional[django ? 1 : 0] ?? args.keywords.get('template_name') ?? UNKNOWN,
    );
    if (typeof file !== 'string') return;
    const raw = name.endsWith('_string') ? rawVariables(file) : this.#rawVariables(file);
    if (raw.size === 0) return;
    const rule = name.endsWith('_string') ? 'py/xss' : 'py/template-autoescape';
    const sink = { rule, kind: 'html', context: 'html' as const };
    const context = django ? (args.positional[2] ?? args.keywords.get('context')) : undefined;
    for (const variable of raw) {
      let value = args.keywords.get(variable);
      for (const ref of context?.refs ?? []) {
        const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
        value ??= obj?.fields.get(`s${variable}`);
      }
      if (value !== undefined)
        reach(
          frame,
          state,
          sink,
          name.endsWith('_string') ? `${name}.${variable}` : `${basename(file)}.${variable}`,
          value,
          args.instr,
        );
    }
  }

  #rawVariables(name: string): ReadonlySet<string> {
    const path = this.#paths.get(name.replace(/^\.?\//, ''));
    if (path === undefined) return new Set();
    const known = this.#raw.get(path);
    if (known !== undefined) return known;
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      this.leftOut.push({ path, why: 'may not be read' });
      text = '';
    }
    const found = rawVariables(text);
    this.#raw.set(path, found);
    return found;
  }
}

const rawVariables = (text: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const add = (from: string, form: RegExp): void => {
    for (const match of from.matchAll(form)) if (match[1] !== undefined) found.add(match[1]);
  };
  add(text, RAW);
  for (const part of text.matchAll(OFF)) add(part[1] ?? '', ANY);
  for (const part of text.matchAll(INLINE)) add(part[1] ?? '', /\{\{-?\s*([A-Za-z_]\w{0,60})\s*-?\}\}/g);
  return found;
};
