import type { Session } from '../identity/index.ts';

/** An app as the portal knows it. */
export interface PortalApp {
  name: string;
  title: string;
  /** Its https origin. */
  url: string;
}

/** What of the configuration concerns the portal; replaced as a whole when the file is loaded again. */
export interface PortalConfig {
  /** https origin of the portal itself. */
  portalOrigin: string;
  apps: readonly PortalApp[];
  roles: Readonly<Record<string, { manages?: boolean | undefined; description?: string | undefined }>>;
  /** Roles whose holders must have a second factor; `from` (milliseconds since the epoch): reminded until then. */
  secondFactor?: { roles: ReadonlySet<string>; from: number | undefined } | undefined;
  /** Whether the rules would let this session see the app's front page, now or after a stronger sign-in. */
  mayOpen(app: string, session: Session): boolean;
}

/** Whether one of these roles may manage people. */
export const manages = (config: PortalConfig, roles: readonly string[]): boolean =>
  roles.some((role) => Object.hasOwn(config.roles, role) && config.roles[role]?.manages === true);
