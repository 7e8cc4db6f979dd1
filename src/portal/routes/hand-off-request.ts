import { z } from 'zod';
import type { PortalApp, PortalConfig } from '../config.ts';
import { fieldsOf } from '../forms/read-form.ts';
import { refuse } from '../refusal.ts';
import { safeReturn } from '../safe-return.ts';

const QUERY = z.object({
  app: z.string().max(64),
  // SHA-256 in base64url.
  challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  return: z.string().optional().catch(undefined),
  assurance: z.enum(['password', 'mfa', 'fresh-mfa']).default('password'),
  // Seconds, as in OpenID Connect.
  max_age: z.coerce.number().int().min(0).max(31_536_000).default(600),
});

/** An app's wish to have this browser signed in and sent back. */
export interface HandOffRequest {
  app: PortalApp;
  challenge: string;
  /** A path on the app's own origin. */
  returnTo: string;
  assurance: 'password' | 'mfa' | 'fresh-mfa';
  /** Milliseconds since the second factor, for `fresh-mfa`. */
  maxAge: number;
}

/**
 * Reads the query of `/enter`. A return that is no plain path on the app becomes its front page.
 * @throws {GatehouseError} `hand-off-invalid`, `app-unknown`.
 */
export const readHandOff = (query: URLSearchParams, config: PortalConfig): HandOffRequest => {
  const parsed = QUERY.safeParse(fieldsOf(query));
  if (!parsed.success) return refuse('hand-off-invalid');
  const { app: name, challenge, assurance, max_age } = parsed.data;
  const app = config.apps.find((candidate) => candidate.name === name);
  if (app === undefined) return refuse('app-unknown');
  return {
    app,
    challenge,
    assurance,
    maxAge: max_age * 1_000,
    returnTo: safeReturn(parsed.data.return) ?? '/',
  };
};
