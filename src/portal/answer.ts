import type { Html } from './pages/html.ts';

interface Common {
  /** Set-Cookie values. */
  cookies?: readonly string[];
  /** Seconds. */
  retryAfter?: number | undefined;
  /** Methods that the address knows. */
  allow?: string | undefined;
}

/** What a handler answers with; headers are added in one place (see `respond`). */
export type Answer = Common &
  (
    | {
        kind: 'page';
        status?: number;
        html: Html;
        /** Other origins that the page's forms may lead to. */
        formTargets?: readonly string[];
      }
    | {
        kind: 'redirect';
        /** A path of the portal, or an absolute URL. */
        to: string;
        /** Has the browser forget what it keeps of this origin, cookies apart. */
        forget?: boolean;
      }
    | { kind: 'json'; status?: number; type?: string; value: unknown }
    | { kind: 'asset'; type: string; body: Uint8Array<ArrayBuffer>; etag: string }
  );

/** Sends the browser on with a GET (RFC 9110 section 15.4.4). */
export const goTo = (to: string, cookies: readonly string[] = []): Answer => ({
  kind: 'redirect',
  to,
  cookies,
});
