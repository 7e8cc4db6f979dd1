/**
 * How far a proxy reaches into an app: `enforced` by the gate alone, `needs-app` where the app has to do its part,
 * `invisible` where the gate cannot see what it would have to judge.
 */
export type Reach = 'enforced' | 'needs-app' | 'invisible';

/** `offered` turns true in the commit that builds the control: until then it is printed as not offered yet. */
interface Control {
  title: string;
  offered: boolean;
}

/** The rows of the matrix, in the order of printing; a control that reaches differently far has a row for each part. */
export const CONTROLS = {
  'C08 sessions': { title: 'sign-in, sessions that end, roles per app', offered: true },
  'C08 streams': { title: 'open streams close with their session', offered: true },
  'C09 identity': { title: 'the app is told who asks, signed', offered: true },
  'C12 paths': { title: 'rules per path and method', offered: true },
  'C12 actions': { title: 'rules per action inside a page', offered: true },
  'C15 masking': { title: 'masking by role', offered: false },
  'C16 transport': { title: 'HTTPS, HSTS for real certificates', offered: true },
  'C23 rates': { title: 'rate limits, where set', offered: true },
  'C25 limits': { title: 'limits on headers, bodies, time', offered: true },
  'C26 csp': { title: 'content security policy, with csp: block', offered: true },
  'C27 origin': { title: 'cross-site writes and WebSockets refused', offered: true },
  'C28 framing': { title: 'framing by other sites refused', offered: true },
  'C29 cookies': { title: "the app's cookies are hardened, banners go", offered: true },
  'C30 errors': { title: 'stack traces and debug pages stay inside', offered: true },
  'C31 validation': { title: 'validation of what comes in', offered: false },
  'C32 inspection': { title: 'attack inspection', offered: false },
  'C33 uploads': { title: 'uploads checked', offered: false },
  'C41 log': { title: 'security log of who did what', offered: true },
} as const satisfies Record<string, Control>;

export type ControlKey = keyof typeof CONTROLS;

/** How far the gate reaches for one control, and why: one short line. */
export interface Cell {
  reach: Reach;
  why: string;
}

export type MatrixFacts = Readonly<Record<ControlKey, Cell>>;

export const enforced = (why: string): Cell => ({ reach: 'enforced', why });
export const needsApp = (why: string): Cell => ({ reach: 'needs-app', why });
export const invisible = (why: string): Cell => ({ reach: 'invisible', why });

/** What holds for every app that speaks HTTP: the frameworks say where they differ. */
export const PLAIN_HTTP: MatrixFacts = {
  'C08 sessions': enforced('every request is checked before the app sees it'),
  'C08 streams': enforced('WebSockets and event streams close within 2 s of the end of their session'),
  'C09 identity': enforced('X-Gatehouse-Identity on every request; the app may verify it'),
  'C12 paths': enforced('each page and form has a path and a method of its own'),
  'C12 actions': needsApp('what a form does beyond its path and method, the app decides'),
  'C15 masking': enforced('HTML and JSON pass as text'),
  'C16 transport': enforced('the app itself listens on loopback only'),
  'C23 rates': enforced('requests are counted by address and by person'),
  'C25 limits': enforced('the same for every app'),
  'C26 csp': needsApp('inline scripts of its pages need a nonce or a hash'),
  'C27 origin': enforced('Origin and Fetch Metadata of every unsafe request and handshake'),
  'C28 framing': enforced('one header'),
  'C29 cookies': enforced('Secure, HttpOnly and SameSite are added'),
  'C30 errors': enforced('failures and debug pages give an incident id instead'),
  'C31 validation': enforced('parameters are in the path, the query or the body'),
  'C32 inspection': enforced('parameters are in the path, the query or the body'),
  'C33 uploads': enforced('files come as multipart forms or plain bodies'),
  'C41 log': enforced('sign-ins, refusals and who used which app'),
};
