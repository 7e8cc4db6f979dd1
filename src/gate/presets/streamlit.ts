import { enforced, invisible, needsApp, PLAIN_HTTP } from './matrix.ts';
import type { Preset } from './preset.ts';

/** One page, one binary WebSocket: everything that a visitor does after the first load is inside it. */
export const streamlit: Preset = {
  name: 'streamlit',
  title: 'Streamlit',
  recognised: '`streamlit run FILE` or `python -m streamlit run FILE`',
  webSocketPaths: ['/_stcore/stream'],
  uploadPaths: ['/_stcore/upload_file/**'],
  healthPath: '/_stcore/health',
  scriptCookies: ['_streamlit_xsrf'],
  serverCookies: ['_streamlit_user', '_streamlit_user_tokens'],
  csp: {
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'worker-src': ["'self'", 'blob:'],
  },
  shell: ['/'],
  permissions: ['camera', 'microphone'],
  isolated: true,
  matrix: {
    ...PLAIN_HTTP,
    'C09 identity': enforced('st.user has the name and e-mail, st.context.headers the signed identity'),
    'C12 paths': needsApp('a page opened by its URL is judged; a click in the menu travels in the WebSocket'),
    'C12 actions': invisible('widgets speak protobuf over one WebSocket'),
    'C15 masking': invisible('data reaches the browser as Arrow and protobuf'),
    'C23 rates': needsApp('connections are counted; reruns inside the WebSocket are not seen'),
    'C26 csp': enforced('its shell by hashes; styles in the page are allowed'),
    'C29 cookies': enforced('all but _streamlit_xsrf, which its uploads read'),
    'C30 errors': needsApp(
      'exceptions are drawn inside the page: `run` hides them (client.showErrorDetails)',
    ),
    'C31 validation': invisible('values of widgets are inside the WebSocket'),
    'C32 inspection': invisible('values of widgets are inside the WebSocket'),
    'C33 uploads': enforced('st.file_uploader sends plain HTTP'),
    'C41 log': needsApp('sign-ins and connections are logged; actions are inside the WebSocket'),
  },
};
