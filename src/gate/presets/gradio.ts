import { enforced, needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

/** Functions are called by POST and answer in an event stream. */
export const gradio: Preset = {
  name: 'gradio',
  title: 'Gradio',
  recognised: '`python FILE` or `gradio FILE` where the file imports gradio',
  webSocketPaths: [],
  uploadPaths: ['/gradio_api/upload'],
  healthPath: '/',
  scriptCookies: [],
  serverCookies: ['access-token-*', 'access-token-unsecure-*', 'session'],
  csp: { 'script-src': ["'self'", "'unsafe-eval'"], 'style-src': ["'self'", "'unsafe-inline'"] },
  shell: ['/'],
  permissions: ['camera', 'microphone'],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C12 actions': needsApp('all functions share /gradio_api/queue/join: check the role in the function'),
    'C26 csp': needsApp('its shell by hashes; it makes scripts of texts, so eval is allowed'),
    'C31 validation': needsApp('the JSON has the shape of Gradio: its values mean what the function says'),
    'C33 uploads': enforced('files come as multipart forms to one path'),
    'C41 log': needsApp('all functions share one path: who called which is known to the app'),
  },
};
