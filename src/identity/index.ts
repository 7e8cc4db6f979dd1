/**
 * Who somebody is: people and their passwords, sign-in as a state machine, sessions on every instance, the hand-over
 * of a session to an app's origin, and the signed statement about it that the app receives.
 */

export * from './factors/types.ts';
export { smtpMessenger } from './messages/smtp.ts';
export type {
  CodeSettings,
  LinkKind,
  MailSettings,
  Message,
  Messenger,
  Recovery,
  SmsSettings,
} from './messages/types.ts';
export { type IdentityOptions, openIdentity } from './open-identity.ts';
export { type Calibration, calibrateArgon2 } from './passwords/calibrate-argon2.ts';
export type { PasswordHasher } from './passwords/password-hasher.ts';
export { PasswordRefused } from './passwords/password-policy.ts';
export { Busy } from './passwords/work-queue.ts';
export type {
  ImportedLine,
  ImportOptions,
  ImportReport,
  ImportRow,
  PeopleImport,
} from './people/import-people.ts';
export * from './providers/types.ts';
export type { FamiliarBrowsers } from './sign-in/familiar-browsers.ts';
export type { Unlock } from './sign-in/unlock.ts';
export * from './types.ts';
