/**
 * On what a summary rests: the modules whose code was looked at to make it, itself and in what it calls. As long as
 * their content is the same (and the models and budgets are), so is the summary.
 */
export class Basis {
  /** Digests of modules. */
  readonly modules = new Set<string>();
  readonly below = new Set<Basis>();
  /** The whole project was asked or told something: who else has a method of this name, what is kept where. */
  wide = false;

  /** All of it, what lies below included. */
  gather(): { modules: string[]; wide: boolean } {
    const seen = new Set<Basis>([this]);
    const modules = new Set<string>();
    let wide = false;
    for (const basis of seen) {
      wide ||= basis.wide;
      for (const digest of basis.modules) modules.add(digest);
      for (const other of basis.below) seen.add(other);
    }
    return { modules: [...modules].sort(), wide };
  }
}
