import { createHmac } from 'node:crypto';
import { base64url, constantTimeEqual } from '../../core/index.ts';

/** Whom a form was made for: a session, or before sign-in a browser. */
export type FormOwner = { session: string } | { browser: string };

export interface FormTokens {
  /** The token for the hidden field of every form shown to this owner. */
  issue(owner: FormOwner): string;
  /** Whether `token` was issued to this owner; compared in constant time. */
  accepts(owner: FormOwner, token: string): boolean;
}

/**
 * Tokens against forged forms, made from the owner alone: nothing is kept (OWASP: HMAC-based token pattern).
 * `key`: 32 secret bytes, the same on every instance.
 */
export const formTokens = (key: Uint8Array): FormTokens => {
  const issue = (owner: FormOwner): string => {
    const text = 'session' in owner ? `session:${owner.session}` : `browser:${owner.browser}`;
    return base64url(createHmac('sha256', key).update(text).digest());
  };
  return { issue, accepts: (owner, token) => constantTimeEqual(issue(owner), token) };
};
