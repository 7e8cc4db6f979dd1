import type { GatehouseConfig } from '../config/index.ts';
import { type GateSettings, PRESETS, readShell, type ShellHashes, type ShellPage } from '../gate/index.ts';
import { presetOf, type Started } from './gate-settings.ts';

/** The scripts and styles in the apps' own shells, as their apps had them when they started (C26). */
export interface Shells {
  /** By app. */
  hashes: ReadonlyMap<string, ShellHashes>;
  /**
   * Reads the shells of apps that can be asked and whose pages were not read yet, or that of `only`, which has just
   * been started. Never rejects: what cannot be read has no hashes, and stays refused.
   */
  read(config: GatehouseConfig, settings: GateSettings, only?: string, where?: Started): Promise<void>;
}

/** The hashes on some pages, each once. */
export const hashesOf = (pages: readonly ShellPage[]): ShellHashes => {
  const of = (kind: 'script' | 'style') => [
    ...new Set(
      pages.flatMap(({ parts }) => parts.filter((part) => part.kind === kind)).map(({ hash }) => hash),
    ),
  ];
  return { script: of('script'), style: of('style') };
};

export const openShells = (): Shells => {
  const hashes = new Map<string, ShellHashes>();
  /** What each app's hashes were read from: an edit of the configuration alone reads nothing anew. */
  const sources = new Map<string, string>();
  return {
    hashes,
    read: async (config, settings, only, where) => {
      await Promise.all(
        settings.apps.map(async (app) => {
          const written = config.apps[app.name];
          if (written === undefined || written.csp.mode === 'off' || app.upstream === undefined) return;
          if (only !== undefined && only !== app.name) return;
          // An app of ours is read when it starts: only then is it known what it is.
          if (only === undefined && written.run !== undefined) return;
          const pages = written.csp.pages ?? PRESETS[presetOf(written, where)].shell;
          const source = JSON.stringify([app.upstream, pages]);
          if (only === undefined && sources.get(app.name) === source) return;
          const found = await readShell(app, pages);
          sources.set(app.name, source);
          hashes.set(app.name, hashesOf(found));
        }),
      );
    },
  };
};
