import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CallArgs } from '../flow/call.ts';
import type { Frame } from '../flow/frame.ts';
import { argumentOf, reach } from '../flow/sinks.ts';
import type { State } from '../flow/state.ts';
import { onlyConstant, UNKNOWN, type Val } from '../flow/value.ts';
import type { Instr } from '../lower/ir.ts';
import type { LeftOut } from '../project/files.ts';
import type { Project } from '../project/project.ts';
import type { Collector } from '../report/collector.ts';
import { type RawOutput, type TemplateShape, templateShape } from './raw-outputs.ts';
import { LOADED, RENDERERS, type Renderer } from './renderers.ts';

interface Rendering {
  frame: Frame;
  state: State;
  name: string;
  receiver: Val | null;
  args: CallArgs;
}

interface Template extends TemplateShape {
  readonly path: string;
  readonly text: string;
}

const MOST_USES = 30;
const LOADED_RENDERER: Renderer = { template: [-1, ''], context: [0, 'context'] };
const NAMES = ['template', 'template_name', 'name'];

/** The template files of the tree, and which of their variables go into the page without being escaped. */
export class TemplateIndex {
  readonly leftOut: LeftOut[] = [];
  readonly #all: readonly string[];
  readonly #paths = new Map<string, string>();
  readonly #read = new Map<string, Template>();
  /** Outputs of which the flow has told already. */
  readonly told = new Set<string>();

  constructor(paths: readonly string[]) {
    this.#all = paths;
    for (const path of paths) {
      const parts = path.split(/[\\/]/);
      for (let n = 1; n <= Math.min(5, parts.length); n++) {
        const key = parts.slice(-n).join('/');
        if (!this.#paths.has(key)) this.#paths.set(key, path);
      }
    }
  }

  /** A call renders a template: what goes into a variable that is not escaped there reaches the page. */
  rendered(call: Rendering): void {
    const { frame, name, args, receiver } = call;
    if (!frame.hot) return;
    const renderer = RENDERERS.get(name);
    if (renderer !== undefined) {
      // Older Starlette takes the name first and the request with the other variables.
      const given = [renderer.template[0], 0, 1]
        .map((at) => onlyConstant(args.positional[at] ?? UNKNOWN))
        .find((value) => typeof value === 'string');
      const keyword = NAMES.map((each) => onlyConstant(args.keywords.get(each) ?? UNKNOWN)).find(
        (value) => typeof value === 'string',
      );
      const file = keyword ?? given;
      if (typeof file === 'string') this.#fill(call, renderer, file);
      return;
    }
    if (name.endsWith('.get_context_data')) this.#context(call);
    for (const ref of receiver?.refs ?? []) {
      if (ref.k === 'ext' && ref.site !== undefined && LOADED.test(ref.name))
        this.#fill(call, LOADED_RENDERER, ref.site);
    }
  }

  /** Django: what a class view gives `get_context_data`, or sets in what that returns, goes into its template. */
  #context(call: Rendering): void {
    const file = templateOf(call.frame);
    if (file !== null) this.#fill(call, { template: [-1, ''], context: null }, file);
  }

  /** A variable of a class view's context is set. */
  contextSet(frame: Frame, state: State, name: string, key: Val, value: Val, instr: Instr): void {
    const variable = onlyConstant(key);
    const file = name.endsWith('.get_context_data()') && frame.hot ? templateOf(frame) : null;
    if (file === null || typeof variable !== 'string') return;
    const args = { instr, positional: [], keywords: new Map([[variable, value]]), star: null, stars: null };
    this.#fill({ frame, state, name, receiver: null, args }, { template: [-1, ''], context: null }, file);
  }

  #fill(call: Rendering, renderer: Renderer, file: string): void {
    const { frame, state, name, args } = call;
    const used: [Template | null, RawOutput][] =
      renderer.inline === true
        ? templateShape(file).outputs.map((output) => [null, output])
        : this.#family(file).flatMap((template) =>
            template.outputs.map((output): [Template, RawOutput] => [template, output]),
          );
    if (used.length === 0) return;
    const rule = renderer.inline === true ? 'py/xss' : 'py/template-autoescape';
    const sink = { rule, kind: 'html', context: 'html' as const };
    const values = variablesOf(frame, state, renderer, args);
    for (const [template, output] of used) {
      for (const variable of output.roots) {
        const value = values(variable);
        if (value === null) continue;
        const before = frame.hits.length;
        const place = template === null ? name : basename(template.path);
        reach(frame, state, sink, `${place}.${variable}`, value, args.instr);
        // What is no more than possible does not settle it.
        if (template !== null && frame.hits.slice(before).some(({ taint }) => !taint.weak))
          this.told.add(`${template.path}:${output.start}`);
      }
    }
  }

  /** Outputs that are marked as safe and that no flow has told of: whatever is stored there goes into the page. */
  remark(collector: Collector, project: Project): void {
    for (const path of this.#all) {
      const template = this.#template(path);
      const left = template.outputs.filter(
        (output) =>
          output.marked &&
          !HARMLESS.test(output.roots.join(' ')) &&
          !this.told.has(`${path}:${output.start}`),
      );
      if (left.length === 0) continue;
      const file = project.addText(path, template.text);
      for (const { roots, start, end } of left)
        collector.add({
          rule: 'py/template-raw-output',
          name: roots.join(', '),
          why: 'Whatever it holds goes into the page as it is: what a visitor stored, too.',
          place: { file, start, end },
          confidence: 'possible',
        });
    }
  }

  // The template with all that it extends and includes.
  #family(name: string): Template[] {
    const out: Template[] = [];
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined && out.length < MOST_USES; next = waiting.pop()) {
      const path = this.#paths.get(next.replace(/^\.{0,2}\//, '')) ?? this.#paths.get(`${next}.tpl`);
      if (path === undefined || out.some((known) => known.path === path)) continue;
      const template = this.#template(path);
      out.push(template);
      waiting.push(...template.uses);
    }
    return out;
  }

  #template(path: string): Template {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    let text = '';
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      this.leftOut.push({ path, why: 'may not be read' });
    }
    const made = { path, text, ...templateShape(text) };
    this.#read.set(path, made);
    return made;
  }
}

/** Forms and pieces of the framework are its own markup. */
const HARMLESS =
  /^(form|formset|csrf_token|csrf_input|config|media|messages|block|content|caller|url_for|static|paginator)$/;

const templateOf = ({ engine, fn }: Frame): string | null => {
  const named = fn.owner === null ? null : engine.findField(fn.owner, 'template_name');
  const file = named === null ? undefined : onlyConstant(named);
  return typeof file === 'string' ? file : null;
};

const variablesOf = (
  frame: Frame,
  state: State,
  { context }: Renderer,
  args: CallArgs,
): ((name: string) => Val | null) => {
  const mapping = context === null ? null : (argumentOf(args, [...context]) ?? args.positional[1] ?? null);
  return (name) => {
    const given = args.keywords.get(name);
    if (given !== undefined) return given;
    for (const ref of mapping?.refs ?? []) {
      const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
      const field = obj?.fields.get(`s${name}`);
      if (field !== undefined) return field;
    }
    return mapping === null && args.stars !== null ? args.stars : null;
  };
};
