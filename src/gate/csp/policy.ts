import type { CspConfig } from '../../config/index.ts';
import type { CspSources } from '../presets/preset.ts';

/** Where browsers send what the policy refused: a path of the app's origin that belongs to the gate. */
export const CSP_REPORT_PATH = '/.gatehouse/csp-reports';

/** The policy of one app, made when the configuration loads; a response costs one append. */
export interface CompiledCsp {
  mode: 'observe' | 'block';
  header: 'content-security-policy' | 'content-security-policy-report-only';
  /** As it is sent. */
  text: string;
  /** The same with sources that the app itself vouches for in this answer's own policy. */
  withOwn(script: readonly string[], style: readonly string[]): string;
}

// What no preset and no person widens: plugins, another base for relative addresses, and being framed.
const FIXED: CspSources = { 'object-src': ["'none'"], 'base-uri': ["'self'"], 'frame-ancestors': ["'self'"] };

/** What holds where a preset says nothing: everything from the app's own origin, nothing inline, no eval. */
export const STRICT: CspSources = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'media-src': ["'self'", 'blob:'],
  'worker-src': ["'self'"],
  'frame-src': ["'self'"],
  'form-action': ["'self'"],
};

const join = (directives: ReadonlyMap<string, readonly string[]>): string =>
  `${[...directives].map(([name, sources]) => `${name} ${sources.join(' ')}`).join('; ')}; report-uri ${CSP_REPORT_PATH}`;

/** What stands in the app's own shell, as a policy names it. */
export interface ShellHashes {
  script: readonly string[];
  style: readonly string[];
}

export const NO_HASHES: ShellHashes = { script: [], style: [] };

export interface CspInput {
  preset: CspSources;
  config: CspConfig;
  /** `'sha256-…'` of the scripts and styles in the app's own shell. */
  hashes: ShellHashes;
  /** https origins of the app and of the portal: a form of the app may end at the sign-in (CSP 3 section 6.4.2). */
  origin: string;
  portalOrigin: string;
}

/** The policy of an app, or undefined where it is off. */
export const compileCsp = ({
  preset,
  config,
  hashes,
  origin,
  portalOrigin,
}: CspInput): CompiledCsp | undefined => {
  if (config.mode === 'off') return undefined;
  const directives = new Map<string, readonly string[]>(Object.entries({ ...STRICT, ...preset, ...FIXED }));
  const widen = (name: string, sources: readonly string[]) =>
    directives.set(name, [...new Set([...(directives.get(name) ?? ["'self'"]), ...sources])]);
  // Beside a hash or nonce 'unsafe-inline' counts no longer: where a preset cannot do without, none is added.
  const vouch = (sources: readonly string[], vouched: readonly string[]) =>
    sources.includes("'unsafe-inline'") ? sources : [...sources, ...vouched];
  widen('script-src', ["'report-sample'"]);
  directives.set('script-src', vouch(directives.get('script-src') ?? [], hashes.script));
  directives.set('style-src', vouch(directives.get('style-src') ?? [], hashes.style));
  // Old engines do not take 'self' for the WebSockets of the same host.
  widen('connect-src', [origin.replace('https:', 'wss:')]);
  widen('form-action', [portalOrigin]);
  for (const [name, sources] of Object.entries(config.add)) widen(name, sources);
  return {
    mode: config.mode,
    header: config.mode === 'block' ? 'content-security-policy' : 'content-security-policy-report-only',
    text: join(directives),
    withOwn: (script, style) => {
      const own = new Map(directives);
      own.set('script-src', vouch(own.get('script-src') ?? [], script));
      own.set('style-src', vouch(own.get('style-src') ?? [], style));
      return join(own);
    },
  };
};
