import { enforced, invisible, needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

/** One WebSocket for each page that is open; the document and every change of it travel inside. */
export const bokeh: Preset = {
  name: 'bokeh',
  title: 'Bokeh',
  recognised: '`bokeh serve FILE` or `python -m bokeh serve FILE`',
  webSocketPaths: ['/ws', '/*/ws'],
  uploadPaths: [],
  healthPath: '/',
  scriptCookies: [],
  serverCookies: ['is_guest', 'user', 'id_token', 'access_token', 'refresh_token'],
  // Every page carries a script of its own with the token of its session, so that no hash fits; nothing of other sites
  // runs all the same.
  csp: {
    'script-src': ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    'style-src': ["'self'", "'unsafe-inline'"],
  },
  shell: [],
  permissions: [],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C12 paths': enforced('each app of the server has a path of its own'),
    'C12 actions': invisible('widgets speak a protocol of their own over one WebSocket'),
    'C15 masking': invisible('data reaches the browser in the WebSocket'),
    'C23 rates': needsApp('connections are counted; changes inside the WebSocket are not seen'),
    'C26 csp': needsApp('scripts of other sites are refused; inline ones run: they differ in every page'),
    'C31 validation': invisible('values of widgets are inside the WebSocket'),
    'C32 inspection': invisible('values of widgets are inside the WebSocket'),
    'C33 uploads': invisible('FileInput sends base64 inside the WebSocket'),
    'C41 log': needsApp('sign-ins and connections are logged; actions are inside the WebSocket'),
  },
};

/** Panel stands on Bokeh's server. */
export const panel: Preset = {
  ...bokeh,
  name: 'panel',
  title: 'Panel',
  recognised: '`panel serve FILE` or `python -m panel serve FILE`',
  csp: { ...bokeh.csp, 'script-src': ["'self'", "'unsafe-inline'", "'unsafe-eval'", 'blob:'] },
};
