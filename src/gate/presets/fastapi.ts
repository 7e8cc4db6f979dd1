import { enforced, needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

const SWAGGER = 'https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/';

export const fastapi: Preset = {
  name: 'fastapi',
  title: 'FastAPI',
  recognised: '`uvicorn MODULE:APP`, `fastapi run` or `fastapi dev`',
  webSocketPaths: [],
  uploadPaths: [],
  healthPath: '/openapi.json',
  scriptCookies: [],
  serverCookies: ['session'],
  // /docs takes its scripts from this package at a delivery network.
  csp: {
    'script-src': ["'self'", SWAGGER],
    'style-src': ["'self'", SWAGGER],
    'img-src': ["'self'", 'data:', 'blob:', 'https://fastapi.tiangolo.com/img/favicon.png'],
  },
  shell: ['/docs'],
  permissions: [],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C12 actions': enforced('an operation of the API is a path and a method'),
    'C26 csp': enforced('/docs takes scripts from cdn.jsdelivr.net; yours come from the app alone'),
    'C31 validation': enforced('/openapi.json describes what each operation takes'),
    'C41 log': needsApp('the handshake is logged; messages inside a WebSocket are for the app to log'),
  },
};
