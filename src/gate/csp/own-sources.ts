const VOUCHED = /^'(?:nonce-[A-Za-z0-9+/_-]{8,128}={0,2}|sha(?:256|384|512)-[A-Za-z0-9+/_-]{43,88}={0,2})'$/;
const MOST = 64;

/**
 * Nonces and hashes that the app vouches for in its own policy header: that is the app taking part. Nothing is ever
 * taken from a page's body, where an injected script would be blessed with the rest.
 */
export const ownSources = (policies: readonly string[]): { script: string[]; style: string[] } => {
  const found = { script: new Set<string>(), style: new Set<string>() };
  for (const policy of policies) {
    const directives = new Map<string, string[]>();
    for (const directive of policy.split(/[;,]/)) {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      // Only the first of each name counts (CSP 3 section 2.2.1).
      if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
    }
    for (const kind of ['script', 'style'] as const) {
      const sources =
        directives.get(`${kind}-src-elem`) ?? directives.get(`${kind}-src`) ?? directives.get('default-src');
      for (const source of sources ?? [])
        if (found[kind].size < MOST && VOUCHED.test(source)) found[kind].add(source);
    }
  }
  return { script: [...found.script], style: [...found.style] };
};
