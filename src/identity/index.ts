/**
 * Who somebody is: people and their passwords, sign-in as a state machine, sessions on every instance, the hand-over
 * of a session to an app's origin, and the signed statement about it that the app receives.
 */
export { type Calibration, calibrateArgon2 } from './calibrate-argon2.ts';
export * from './factors/types.ts';
export type { FamiliarBrowsers } from './familiar-browsers.ts';
export type { ImportedLine, ImportOptions, ImportReport, ImportRow, PeopleImport } from './import-people.ts';
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
export type { PasswordHasher } from './password-hasher.ts';
export { PasswordRefused } from './password-policy.ts';
export * from './providers/types.ts';
export * from './types.ts';
export type { Unlock } from './unlock.ts';
export { Busy } from './work-queue.ts';
