import { relative } from 'node:path';
import {
  type Confidence,
  FINDING_SCHEMA_VERSION,
  type Finding,
  type FindingStep,
  GatehouseError,
  type Place,
  sha256,
  type WebSource,
} from '../../core/index.ts';
import type { Hit } from '../flow/summary.ts';
import type { CodePlace, Trail } from '../flow/taint.ts';
import type { Project } from '../project/project.ts';
import { RULES } from '../rules/all.ts';
import type { Rule } from '../rules/rule.ts';
import { Suppressions } from './suppressions.ts';

/** What a check without flow found. */
export interface Remark {
  rule: string;
  place: CodePlace;
  name: string;
  why: string;
  confidence?: Confidence;
  severity?: Finding['severity'];
}

export interface Gathered {
  hits: Hit[];
  remarks: Remark[];
  settled: string[];
}

const MOST_FINDINGS = 100_000;

/** Collects what was found and turns it into findings, one for each root cause. */
export class Collector {
  readonly #project: Project;
  /** By rule and place, then by the way in. */
  readonly #hits = new Map<string, Map<string, Hit>>();
  #held = 0;
  readonly #remarks = new Map<string, Remark>();
  /** Calls that a flow from a request has looked at and found to be in order. */
  readonly #settled = new Set<string>();
  readonly #suppressions = new Map<number, Suppressions>();

  constructor(project: Project) {
    this.#project = project;
  }

  addHit(hit: Hit): void {
    if (hit.taint.origin.kind === 'archive') {
      // The name of a member leads where it likes; what it says matters nowhere else.
      if (hit.rule !== 'py/path-traversal') return;
      hit = { ...hit, rule: 'py/zip-slip', kind: 'archive' };
    }
    const where = hit.taint.origin.web?.parameter.in;
    if (hit.kind === 'nosql' && hit.position === 'value' && where !== 'body' && where !== 'message') return;
    const key = `${hit.rule}:${hit.place.file}:${hit.place.start}`;
    let ways = this.#hits.get(key);
    if (ways === undefined && this.#held >= MOST_FINDINGS) return;
    if (ways === undefined) {
      ways = new Map();
      this.#hits.set(key, ways);
    }
    const way = wayIn(hit);
    const known = ways.get(way);
    if (known === undefined ? this.#held >= MOST_FINDINGS : rank(known) <= rank(hit)) return;
    if (known === undefined) this.#held++;
    ways.set(way, hit);
  }

  add(remark: Remark): void {
    const key = `${remark.rule}:${remark.place.file}:${remark.place.start}`;
    if (!this.#remarks.has(key) && this.#remarks.size < MOST_FINDINGS) this.#remarks.set(key, remark);
  }

  /** What came together so far, as plain data for another collector of the same tree. */
  settle({ file, start }: CodePlace): void {
    if (this.#settled.size < MOST_FINDINGS) this.#settled.add(`${file}:${start}`);
  }

  gathered(): Gathered {
    return {
      hits: [...this.#hits.values()].flatMap((ways) => [...ways.values()]),
      remarks: [...this.#remarks.values()],
      settled: [...this.#settled],
    };
  }

  take({ hits, remarks, settled }: Gathered): void {
    for (const each of settled) this.#settled.add(each);
    for (const hit of hits) this.addHit(hit);
    for (const remark of remarks) this.add(remark);
  }

  /** All findings, by file and place. Where a flow says why, the check without flow at that place is left out. */
  findings(): Finding[] {
    const out: Finding[] = [];
    const covered = new Set<string>();
    const likely = new Set<string>();
    for (const { rule, confidence, place } of this.#remarks.values())
      if (COVERED.has(rule) && (confidence ?? ruleOf(rule).confidence ?? 'likely') !== 'possible')
        likely.add(`${place.file}:${place.start}`);
    const used = new Set(
      [...this.#hits.values()].flatMap((ways) =>
        [...ways.values()].filter((hit) => !MAKES_FOLDER.test(hit.name)).map(leads),
      ),
    );
    for (const ways of this.#hits.values()) {
      // A folder is made for the file that is put there: that is one hole.
      const own = [...ways.values()].filter((hit) => !MAKES_FOLDER.test(hit.name) || !used.has(leads(hit)));
      for (const hit of told(own)) {
        covered.add(`${hit.place.file}:${hit.place.start}`);
        if (hit.rule === 'py/xxe') covered.add(`xxe in ${hit.place.file}`);
        const finding = this.#fromHit(hit);
        // Where the call is likely to do harm by itself, the way to it makes that no less likely.
        if (finding.confidence === 'possible' && likely.has(`${hit.place.file}:${hit.place.start}`))
          finding.confidence = 'likely';
        out.push(finding);
      }
    }
    for (const remark of this.#remarks.values()) {
      const place = `${remark.place.file}:${remark.place.start}`;
      if (COVERED.has(remark.rule) && (covered.has(place) || this.#settled.has(place))) continue;
      // The parser is set up in one place and used in another: that is one hole.
      if (remark.rule === 'py/unsafe-xml' && covered.has(`xxe in ${remark.place.file}`)) continue;
      out.push(this.#fromRemark(remark));
    }
    out.sort(
      (a, b) =>
        (a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : 0) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column ||
        compare(a.rule, b.rule) ||
        compare(wayOf(a.source), wayOf(b.source)),
    );
    const seen = new Map<string, number>();
    for (const finding of out) {
      const n = seen.get(finding.fingerprint) ?? 0;
      seen.set(finding.fingerprint, n + 1);
      if (n > 0) finding.fingerprint = digest([finding.fingerprint, String(n)]);
    }
    return out;
  }

  #place(place: CodePlace): Place {
    const file = this.#project.source(place.file);
    if (file === undefined) return { file: '?', line: 1, column: 1, endLine: 1, endColumn: 1, code: '' };
    const start = file.lines.positionAt(place.start);
    const end = file.lines.positionAt(Math.max(place.start, place.end));
    const from = file.lines.startOf(start.line);
    const to = start.line < file.lines.count ? file.lines.startOf(start.line + 1) : file.text.length;
    return {
      file: relative(process.cwd(), file.path) || file.path,
      line: start.line,
      column: start.column + 1,
      endLine: end.line,
      endColumn: end.column + 1,
      code: file.text
        .slice(from, Math.min(to, from + 2000))
        .trim()
        .slice(0, 200),
    };
  }

  #fromHit(hit: Hit): Finding {
    const rule = ruleOf(hit.rule);
    const { origin, weak } = hit.taint;
    const sink = { ...this.#place(hit.place), why: `${sinkSays(hit)}` };
    const path = [...this.#steps(hit.taint.trail), sink].slice(-64);
    const wild = !hit.name.includes('.');
    const confidence: Confidence = weak ? 'possible' : wild ? 'likely' : 'confirmed';
    const where = hit.position === '' ? '' : ` (${hit.position})`;
    return this.#finish(rule, hit.place, {
      severity: rule.severity,
      confidence,
      message: `${capital(origin.says)} ${rule.says}${where}.`.slice(0, 500),
      why: `The value was followed through ${path.length} steps from where it comes in to ${hit.name || hit.kind}; no check or escaping on the way makes it safe there.`,
      path,
      sink: {
        kind: hit.kind,
        name: hit.name.slice(0, 200),
        ...(hit.position === '' ? {} : { position: hit.position }),
      },
      extra:
        origin.web === null
          ? []
          : hit.below === true && origin.web.route !== null
            ? [wayOf(origin.web)]
            : [origin.web.parameter.in, origin.web.parameter.name ?? ''],
      ...(origin.web === null ? {} : { source: { ...origin.web, methods: [...origin.web.methods] } }),
    });
  }

  #fromRemark(remark: Remark): Finding {
    const rule = ruleOf(remark.rule);
    const place = this.#place(remark.place);
    return this.#finish(rule, remark.place, {
      severity: remark.severity ?? rule.severity,
      confidence: remark.confidence ?? rule.confidence ?? 'likely',
      message: `${rule.title}: ${remark.name}`.slice(0, 500),
      why: remark.why,
      path: [{ ...place, why: remark.why.slice(0, 300) }],
      sink: { kind: 'call', name: remark.name.slice(0, 200) },
      extra: [],
    });
  }

  #finish(
    rule: Rule,
    at: CodePlace,
    parts: Pick<Finding, 'severity' | 'confidence' | 'message' | 'why' | 'path' | 'sink' | 'source'> & {
      extra: string[];
    },
  ): Finding {
    const place = this.#place(at);
    const { extra, ...rest } = parts;
    const module = this.#project.nameOf(at.file);
    const suppressed = this.#suppressionsOf(at.file)?.find(rule.id, place.line, place.endLine) ?? null;
    return {
      version: FINDING_SCHEMA_VERSION,
      rule: rule.id,
      title: rule.title,
      cwe: [...rule.cwe],
      owasp: [...rule.owasp],
      asvs: [...rule.asvs],
      ...rest,
      fingerprint: digest([rule.id, module, place.code.replace(/\s+/g, ' '), rest.sink.name, ...extra]),
      place,
      fix: { text: rule.fix, ...(rule.code === undefined ? {} : { code: rule.code }) },
      ...(suppressed === null
        ? {}
        : { suppressed: { by: suppressed.by, reason: suppressed.reason, line: suppressed.line } }),
    };
  }

  #suppressionsOf(index: number): Suppressions | null {
    const known = this.#suppressions.get(index);
    if (known !== undefined) return known;
    const file = this.#project.source(index);
    if (file === undefined) return null;
    const made = new Suppressions(file);
    this.#suppressions.set(index, made);
    return made;
  }

  #steps(trail: Trail | null): FindingStep[] {
    const steps: FindingStep[] = [];
    for (let at = trail; at !== null; at = at.before)
      steps.push({ ...this.#place(at.place), why: at.why.slice(0, 300) });
    return steps.reverse();
  }
}

/** Checks without flow that say less than a flow at the same place. */
const COVERED = new Set([
  'py/shell-call',
  'py/dangerous-eval',
  'py/unsafe-load',
  'py/sql-built-from-text',
  'py/unsafe-xml',
  'py/unchecked-extract',
  'py/raw-markup',
  'py/url-open',
]);

const MAKES_FOLDER = /^(os\.(mkdir|makedirs)|pathlib\.Path\(\)\.mkdir)$/;

/** What comes in where leads to which kind of harm in a file. */
const leads = ({ rule, place, taint }: Hit): string => `${rule}:${place.file}:${taint.origin.id}`;

const rank = (hit: Hit): number =>
  (hit.taint.weak ? 1000 : 0) +
  (hit.taint.origin.web?.route == null ? 50 : 0) +
  (hit.taint.trail?.length ?? 0);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const routeOf = ({ methods, route }: WebSource): string => `${methods.join(',')} ${route ?? ''}`;

const wayOf = (web: WebSource | null | undefined): string =>
  web == null ? '' : [routeOf(web), web.parameter.in, web.parameter.name ?? ''].join('\0');

// Only what a handler hands down has several ways in: its own sink has its own route.
const wayIn = (hit: Hit): string => {
  const { web } = hit.taint.origin;
  return hit.below === true && web !== null && web.route !== null ? wayOf(web) : '';
};

/** A sink that several routes reach is told for each route and parameter, any other once, by its clearest way. */
const told = (hits: readonly Hit[]): Hit[] => {
  const routed = hits.filter((hit) => wayIn(hit) !== '');
  const routes = new Set(
    routed.flatMap(({ taint: { origin } }) => (origin.web === null ? [] : [routeOf(origin.web)])),
  );
  if (routes.size > 1) return routed;
  return hits
    .slice(1)
    .reduce<Hit[]>(
      ([best], hit) => [best !== undefined && rank(best) <= rank(hit) ? best : hit],
      hits.slice(0, 1),
    );
};

const ruleOf = (id: string): Rule => {
  const rule = RULES.get(id);
  if (rule === undefined) throw new GatehouseError('internal', `no rule is named ${id}`);
  return rule;
};

const digest = (parts: readonly string[]): string => sha256(parts.join('\0')).toString('hex').slice(0, 32);

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const sinkSays = (hit: Hit): string =>
  `reaches ${hit.name || hit.kind}${hit.position === '' ? '' : ` as ${hit.position}`}`.slice(0, 300);
