import { enforced, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

export const flask: Preset = {
  name: 'flask',
  title: 'Flask',
  recognised: '`flask run`, `python -m flask run`, or `python FILE` where the file imports flask',
  webSocketPaths: [],
  uploadPaths: [],
  healthPath: '/',
  scriptCookies: [],
  serverCookies: ['session', 'remember_token'],
  csp: {},
  shell: [],
  permissions: [],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C30 errors': enforced(
      'the interactive debugger is replaced by an incident id; its console stays inside',
    ),
  },
};
