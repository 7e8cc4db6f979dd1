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
});

/** An app's wish to have this browser signed in and sent back. */
export interface HandOffRequest {
  app: PortalApp;
  challenge: string;
  /** A path on the app's own origin. */
  returnTo: string;
  assurance: 'password' | 'mfa' | 'fresh-mfa';
}

/**
 * Reads the query of `/enter`. A return that is no plain path on the app becomes its front page.
 * @throws {GatehouseError} `hand-off-invalid`, `app-unknown`.
 */
export const readHandOff = (query: URLSearchParams, config: PortalConfig): HandOffRequest => {
  const parsed = QUERY.safeParse(fieldsOf(query));
  if (!parsed.success) return refuse('hand-off-invalid');
  const { app: name, challenge, assurance } = parsed.data;
  const app = config.apps.find((candidate) => candidate.name === name);
  if (app === undefined) return refuse('app-unknown');
  return { app, challenge, assurance, returnTo: safeReturn(parsed.data.return) ?? '/' };
};
