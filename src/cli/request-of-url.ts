import type { AccessRequest } from '../access/index.ts';
import type { GatehouseConfig } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';
import { canonicalTarget } from '../gate/index.ts';

const usage = (message: string, remedy: string) => new GatehouseError('usage', message, { remedy });

/**
 * What a decision would be made on for a method and an address, in the canonical form of the gate. A path alone means
 * the only app.
 * @throws {GatehouseError} `usage` when the address leads to no app, or the gate would refuse its spelling.
 */
export const requestOfUrl = (
  { apps, portal }: Pick<GatehouseConfig, 'apps' | 'portal'>,
  method: string,
  url: string,
): Pick<AccessRequest, 'app' | 'method' | 'path' | 'query'> => {
  if (!/^[A-Z][A-Z0-9-]{0,31}$/.test(method)) {
    throw usage(`"${method}" is not an HTTP method`, 'Write it in capitals, such as GET.');
  }
  const all = Object.values(apps);
  const known = all.map((app) => app.url).join(', ') || 'none: the configuration has no apps';
  // Taken apart by hand: URL would quietly put dot segments and escapes into a form of its own.
  const parts = /^(?:https:\/\/([^/?#]{1,260}))?([^#]*)/.exec(url);
  const authority = parts?.[1]?.toLowerCase().replace(/:443$/, '');
  const target = parts?.[2] ?? '';
  const app = authority === undefined ? all[0] : all.find((each) => new URL(each.url).host === authority);
  if (authority === undefined && (all.length !== 1 || !target.startsWith('/'))) {
    throw usage(`"${url}" is not the https address of an app`, `Begin it with one of: ${known}.`);
  }
  if (!app) {
    const isPortal = authority === new URL(portal).host;
    throw usage(
      isPortal ? 'that is the portal: rules are about apps' : `no app is at ${authority}`,
      `Choose one of: ${known}.`,
    );
  }
  const sent = target.replaceAll(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
  const canonical = canonicalTarget(sent.startsWith('/') ? sent : `/${sent}`);
  if (!canonical.ok) {
    throw usage(
      `the gate refuses this address before any rule: ${canonical.says}`,
      'Write it as browsers send it.',
    );
  }
  const { path, query = '' } = canonical.value;
  return { app: app.name, method, path, query };
};
