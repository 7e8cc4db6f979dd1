import { readFileSync } from 'node:fs';
import { base64url, sha256 } from '../core/index.ts';
import type { AssetUrls } from './pages/layout.ts';

interface Asset {
  /** Its address, which changes with its content. */
  path: string;
  type: string;
  body: Uint8Array<ArrayBuffer>;
  etag: string;
}

const load = (name: string, extension: string, type: string): Asset => {
  const body = new Uint8Array(readFileSync(new URL(`./assets/${name}.${extension}`, import.meta.url)));
  const digest = base64url(sha256(body)).slice(0, 16);
  return { path: `/assets/${name}.${digest}.${extension}`, type, body, etag: `"${digest}"` };
};

export interface Assets {
  urls: AssetUrls;
  find(path: string): Asset | undefined;
}

/** Reads style sheet, script and mark from beside the sources, once. */
export const loadAssets = (): Assets => {
  const style = load('portal', 'css', 'text/css; charset=utf-8');
  const script = load('portal', 'js', 'text/javascript; charset=utf-8');
  const icon = load('logo', 'svg', 'image/svg+xml');
  const all = [style, script, icon];
  return {
    urls: { style: style.path, script: script.path, icon: icon.path },
    find: (path) => all.find((asset) => asset.path === path),
  };
};
