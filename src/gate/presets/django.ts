import { enforced, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

export const django: Preset = {
  name: 'django',
  title: 'Django',
  recognised: '`manage.py runserver`, or a server of its wsgi or asgi module',
  webSocketPaths: [],
  uploadPaths: [],
  healthPath: '/',
  scriptCookies: ['csrftoken'],
  serverCookies: ['sessionid', 'messages'],
  csp: {},
  shell: [],
  permissions: [],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C29 cookies': enforced('all but csrftoken, which scripts read to send X-CSRFToken'),
    'C30 errors': enforced('the pages of DEBUG are replaced by an incident id; turn DEBUG off all the same'),
  },
};
