import type { ResponseGuard } from '../guard.ts';
import type { Preset } from '../presets/preset.ts';
import { mayBeDocument } from './document.ts';

// What a page has to be given before it can use it (Permissions Policy section 4.1); names that Chromium knows, since
// others are complained about in the console.
const FEATURES = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
] as const;

const permissionsPolicy = (allowed: readonly string[]): string =>
  FEATURES.map((feature) => `${feature}=${allowed.includes(feature) ? '(self)' : '()'}`).join(', ');

/**
 * What the documents of an app carry beside its policy (C29), names and values in turn, made when the configuration
 * loads. COEP goes with a policy that blocks: before, pages may still load from anywhere.
 */
export const documentFields = (
  preset: Pick<Preset, 'permissions' | 'isolated'>,
  allowed: readonly string[],
  blocks: boolean,
): readonly string[] => [
  'permissions-policy',
  permissionsPolicy([...preset.permissions, ...allowed]),
  ...(preset.isolated && blocks ? ['cross-origin-embedder-policy', 'credentialless'] : []),
];

/** Adds them where the app is silent. */
export const documentHeaders: ResponseGuard = {
  name: 'document-headers',
  edit: (head, { app: { documentFields: fields } }) => {
    if (!mayBeDocument(head)) return;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] ?? '';
      if (head.get(name) === undefined) head.append(name, fields[i + 1] ?? '');
    }
  },
};
