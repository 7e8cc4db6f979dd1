import type { ConfigProblem } from './problems.ts';

/** Options of the command line, as they were typed; each stands above its field of the file. */
export interface ConfigOverrides {
  listen?: string | readonly string[];
  portal?: string;
  data?: string;
  /** These are about the only app; without any app they make one. */
  url?: string;
  upstream?: string;
  run?: string | readonly string[];
  preset?: string;
}

interface Overridden {
  value: unknown;
  /** The option that a field came from, if any. */
  optionOf(field: string): string | undefined;
  conflict: ConfigProblem | undefined;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts the options into the values of the file; the schema judges the result. */
export const applyOverrides = (values: unknown, overrides: ConfigOverrides): Overridden => {
  const options = new Map<string, string>();
  const optionOf = (field: string): string | undefined => {
    for (const [path, option] of options) if (field === path || field.startsWith(`${path}[`)) return option;
    return undefined;
  };
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  if (given.length === 0 || !isFields(values)) return { value: values, optionOf, conflict: undefined };

  const value: Record<string, unknown> = { ...values };
  const apps = isFields(value['apps']) ? { ...value['apps'] } : {};
  const names = Object.keys(apps);
  const name = names[0] ?? 'app';
  const app = isFields(apps[name]) ? { ...apps[name] } : {};
  let touchesApp = false;
  for (const [key, entry] of given) {
    if (key === 'listen' || key === 'portal' || key === 'data') {
      value[key] = entry;
      options.set(key, `--${key}`);
      continue;
    }
    touchesApp = true;
    if (key === 'upstream') delete app['run'];
    if (key === 'run') delete app['upstream'];
    app[key] = entry;
    options.set(`apps.${name}.${key}`, key === 'run' ? 'the command' : `--${key}`);
  }
  if (touchesApp && names.length > 1) {
    const field = [...options.values()].at(-1) ?? '';
    const message = `the file has ${names.length} apps, so that it is not clear which one is meant`;
    const conflict = {
      line: undefined,
      column: undefined,
      field,
      message,
      remedy: 'Write it into the file.',
    };
    return { value, optionOf, conflict };
  }
  if (touchesApp) value['apps'] = { ...apps, [name]: app };
  return { value, optionOf, conflict: undefined };
};
