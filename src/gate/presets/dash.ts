import { enforced, invisible, needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

/** Every callback is a POST to one path with JSON that names its inputs and outputs. */
export const dash: Preset = {
  name: 'dash',
  title: 'Dash',
  recognised: '`python FILE` where the file imports dash',
  webSocketPaths: ['/_dash-ws-callback'],
  uploadPaths: ['/_dash-update-component'],
  healthPath: '/_dash-layout',
  scriptCookies: ['_csrf_token'],
  serverCookies: ['session'],
  csp: { 'style-src': ["'self'", "'unsafe-inline'"] },
  shell: ['/'],
  permissions: [],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C12 paths': needsApp('pages are drawn by callbacks: they all post to /_dash-update-component'),
    'C12 actions': needsApp('every callback shares one path: check the role in the callback'),
    'C15 masking': enforced('callbacks answer in JSON'),
    'C26 csp': enforced('its shell by hashes; inline scripts of your own need app.csp_hashes()'),
    'C29 cookies': enforced('all but _csrf_token, which its scripts read'),
    'C30 errors': enforced('the page of the debugger is replaced; turn debug off all the same'),
    'C31 validation': needsApp('the JSON has the shape of Dash: its values mean what the callback says'),
    'C33 uploads': invisible('dcc.Upload sends base64 inside JSON'),
    'C41 log': needsApp('every callback is one path: who called which is known to the app'),
  },
};
