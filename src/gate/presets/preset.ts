import type { PRESETS } from '../../config/index.ts';
import type { MatrixFacts } from './matrix.ts';

/** The frameworks that a configuration can name; `generic` stands for every other. */
export type PresetName = (typeof PRESETS)[number];

/** Sources by directive (CSP level 3), as a framework's own pages need them. */
export type CspSources = Readonly<Record<string, readonly string[]>>;

/** What is known about a framework before its first request. Paths are patterns as rules write them. */
export interface Preset {
  name: PresetName;
  /** As its makers spell it. */
  title: string;
  /** How it is recognised in a command; for people. */
  recognised: string;
  webSocketPaths: readonly string[];
  /** Where its own widgets send files; an app may have others. */
  uploadPaths: readonly string[];
  /** Answers without side effects as soon as the app can serve. */
  healthPath: string;
  /**
   * Cookies that the framework's scripts read in order to prove that they are of the same origin: HttpOnly on them
   * stops the framework's own forms and uploads.
   */
  scriptCookies: readonly string[];
  /** Its other cookies; scripts need none of them. A name may end in `*`. */
  serverCookies: readonly string[];
  /** What its own pages need beyond {@link STRICT}: each directive stands for the whole of it. */
  csp: CspSources;
  /** Pages that the framework makes, with nothing in them that visitors wrote: their inline scripts may be hashed. */
  shell: readonly string[];
  /** Features of the browser that its own widgets use (Permissions Policy). */
  permissions: readonly string[];
  /** Whether its pages work cut off from what other sites share (COEP), as tried on the framework itself. */
  isolated: boolean;
  matrix: MatrixFacts;
}
