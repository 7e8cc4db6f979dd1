import { type Guard, PASS } from '../guard.ts';

/**
 * Refuses the commands of Werkzeug's interactive debugger (C30): whoever reaches it runs code in the app, and its PIN
 * can be guessed from files that an app may leak.
 */
export const debuggerCommands: Guard = {
  name: 'debugger',
  stage: 'request',
  needs: [],
  mode: 'block',
  check: ({ query }) =>
    query !== undefined && /(?:^|&)__debugger__=/.test(query.replaceAll(/%5f/gi, '_'))
      ? { verdict: 'refuse', why: 'debugger', status: 404 }
      : PASS,
};
