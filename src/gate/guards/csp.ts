import { ownSources } from '../csp/own-sources.ts';
import type { ResponseGuard } from '../guard.ts';
import { mayBeDocument } from './document.ts';

/**
 * The content security policy of the app (C26), always beside the app's own: browsers enforce both (CSP 3 section 3.1),
 * so that it is never weaker than what the app says.
 */
export const csp: ResponseGuard = {
  name: 'csp',
  edit: (head, { app }) => {
    const policy = app.csp;
    if (policy === undefined || !mayBeDocument(head)) return;
    const own = head.getAll('content-security-policy');
    if (own.length === 0) {
      head.append(policy.header, policy.text);
      return;
    }
    const { script, style } = ownSources(own);
    const text = script.length + style.length === 0 ? policy.text : policy.withOwn(script, style);
    // Framing is the app's to allow where it speaks of it: the guard of the headers says the same.
    const framed = own.some((value) => /(?:^|;)\s*frame-ancestors\s/i.test(value));
    head.append(policy.header, framed ? text.replace(/; frame-ancestors [^;]*/, '') : text);
  },
};
