import { needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

// Of a stranger nothing is known but that it speaks HTTP.
const matrix = {
  ...PLAIN_HTTP,
  'C12 actions': needsApp('messages inside a WebSocket or one path for many actions are not told apart'),
  'C41 log': needsApp('messages inside a WebSocket are for the app to log'),
};

export const generic: Preset = {
  name: 'generic',
  title: 'an app that Gatehouse does not know',
  recognised: 'anything else; it gets HOST and PORT',
  webSocketPaths: [],
  uploadPaths: [],
  healthPath: '/',
  // The names that axios, Angular and csurf give to the cookie that scripts copy into a header.
  scriptCookies: ['XSRF-TOKEN', '_csrf'],
  serverCookies: [],
  csp: {},
  shell: [],
  permissions: [],
  isolated: false,
  matrix,
};

export const node: Preset = {
  ...generic,
  name: 'node',
  title: 'Node.js',
  isolated: true,
  recognised: '`node FILE`, `npm start`, `npx`, `pnpm`, `yarn`, `bun` or `deno`; it gets HOST and PORT',
};
