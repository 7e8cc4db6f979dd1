/**
 * The portal: the site on its own origin where people sign in, look after their account and their sessions, and where
 * those who manage the gate look after people. Rendered on the server; works without a script.
 */
export type { PortalApp, PortalConfig } from './config.ts';
export type { DeskPolicy, DeskRefusal, GuardDesk } from './desk.ts';
export type { FindingDesk } from './finding-desk.ts';
export { createPortal, type Portal, type PortalOptions } from './portal.ts';
