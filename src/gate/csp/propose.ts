import type { CspDirective } from '../../config/index.ts';
import type { CspSighting } from './sightings.ts';

/** A source that would let through what was refused; a person decides. */
export interface CspProposal {
  directive: CspDirective;
  source: string;
  sighting: CspSighting;
  /** What a person should know before saying yes; absent where nothing is unusual. */
  caution?: string;
}

/** What no source of ours should let through, and what helps instead. */
export interface CspAdvice {
  sighting: CspSighting;
  advice: string;
}

const LONELY = 'told by one person alone: look at the page before you believe it';

const SCRIPTS = new Set<string>(['script-src', 'worker-src']);

const judge = (app: string, sighting: CspSighting): CspProposal | CspAdvice => {
  const { directive, blocked, pages } = sighting;
  const page = pages[0] ?? '/';
  if (directive === 'other') return { sighting, advice: 'this directive is not widened' };
  const propose = (source: string, caution?: string): CspProposal => {
    const said = [caution, ...(sighting.people.length < 2 ? [LONELY] : [])].filter(
      (word) => word !== undefined,
    );
    return { directive, source, sighting, ...(said.length > 0 && { caution: said.join('; ') }) };
  };
  switch (blocked) {
    case 'inline':
      if (directive === 'style-src')
        return propose("'unsafe-inline'", 'styles in the page are no longer told apart');
      return {
        sighting,
        advice: `a script stands in ${page}: gatehouse csp learn ${app} --page ${page} shows it and its hash`,
      };
    case 'attribute':
      if (directive === 'style-src')
        return propose("'unsafe-inline'", 'styles in the page are no longer told apart');
      return {
        sighting,
        advice: `an attribute such as onclick on ${page} runs a script: move it into a file`,
      };
    case 'eval':
      return {
        sighting,
        advice:
          "the page makes scripts of texts; 'unsafe-eval' would allow it, a library without eval is better",
      };
    case 'wasm-eval':
      return propose("'wasm-unsafe-eval'");
    case 'data:':
    case 'blob:':
      return SCRIPTS.has(directive) && blocked === 'data:'
        ? { sighting, advice: 'scripts in data: addresses are what injections use' }
        : propose(
            blocked,
            SCRIPTS.has(directive) ? 'lets the page run scripts that it made itself' : undefined,
          );
    default:
      if (!/^(?:https|wss):/.test(blocked))
        return { sighting, advice: 'not over TLS, so anybody on the way could change it' };
      return propose(
        blocked,
        SCRIPTS.has(directive) ? 'whoever holds this host runs scripts in the app' : undefined,
      );
  }
};

/** What people's browsers told of an app, turned into what a person may approve and what helps otherwise. */
export const proposeCsp = (
  app: string,
  sightings: readonly CspSighting[],
): { proposals: CspProposal[]; advice: CspAdvice[] } => {
  const proposals = new Map<string, CspProposal>();
  const advice: CspAdvice[] = [];
  for (const sighting of sightings) {
    const judged = judge(app, sighting);
    if ('advice' in judged) advice.push(judged);
    else if (!proposals.has(`${judged.directive} ${judged.source}`))
      proposals.set(`${judged.directive} ${judged.source}`, judged);
  }
  return { proposals: [...proposals.values()], advice };
};

const comment = ({ sighting, caution }: CspProposal): string => {
  const { count, people, pages, last } = sighting;
  const who = people.length === 1 ? '1 person' : `${people.length} people`;
  const seen = `${count} times by ${who}, last ${new Date(last).toISOString().slice(0, 10)}, on ${pages[0] ?? '/'}`;
  return `${seen}${caution === undefined ? '' : `; ${caution}`}`.replace(/[^\x20-\x7e]/g, '?');
};

/** The fields of `gatehouse.yaml` that approve these proposals. */
export const cspYaml = (
  app: string,
  mode: 'observe' | 'block',
  already: Readonly<Partial<Record<CspDirective, readonly string[]>>>,
  proposals: readonly CspProposal[],
): string => {
  const directives = new Set([
    ...(Object.keys(already) as CspDirective[]),
    ...proposals.map((one) => one.directive),
  ]);
  const lines = ['apps:', `  ${app}:`, '    csp:', `      mode: ${mode}`, '      add:'];
  for (const directive of directives) {
    lines.push(`        ${directive}:`);
    for (const source of already[directive] ?? []) lines.push(`          - ${JSON.stringify(source)}`);
    for (const one of proposals.filter((proposal) => proposal.directive === directive)) {
      if (already[directive]?.includes(one.source)) continue;
      lines.push(`          - ${JSON.stringify(one.source)}  # ${comment(one)}`);
    }
  }
  return `${lines.join('\n')}\n`;
};
