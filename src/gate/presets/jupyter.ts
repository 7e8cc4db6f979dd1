import { enforced, invisible, needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

/** Whoever gets in runs code: the door is all that a proxy can guard. */
export const jupyter: Preset = {
  name: 'jupyter',
  title: 'Jupyter',
  recognised: '`jupyter lab`, `jupyter notebook`, `jupyter server`, or `python -m jupyterlab`',
  webSocketPaths: ['/api/kernels/*/channels', '/terminals/websocket/*', '/api/events/subscribe', '/lsp/ws/*'],
  uploadPaths: ['/api/contents/**'],
  healthPath: '/api',
  scriptCookies: ['_xsrf'],
  serverCookies: ['username-*'],
  csp: {
    'script-src': ["'self'", "'unsafe-eval'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'worker-src': ["'self'", 'blob:'],
  },
  shell: ['/lab'],
  permissions: [],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C12 paths': needsApp('whoever may use a kernel may do what the account of the server may do'),
    'C12 actions': invisible('code travels to the kernel in a WebSocket'),
    'C15 masking': invisible('output of cells travels in a WebSocket'),
    'C26 csp': needsApp('the page makes scripts of texts, and notebooks carry their own'),
    'C29 cookies': enforced('all but _xsrf, which its scripts read'),
    'C30 errors': invisible("a cell's traceback is its output"),
    'C31 validation': invisible('running arbitrary code is its purpose'),
    'C32 inspection': invisible('running arbitrary code is its purpose'),
    'C33 uploads': needsApp('files come as base64 inside JSON, and a kernel can fetch its own'),
    'C41 log': needsApp('sign-ins and connections are logged; what a kernel runs is not'),
  },
};
