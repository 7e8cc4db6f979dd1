import type { Call } from './call.ts';
import type { Recognised } from './launch.ts';

const PROGRAMS = new Set([
  'node',
  'nodejs',
  'npm',
  'npx',
  'pnpm',
  'yarn',
  'bun',
  'bunx',
  'deno',
  'tsx',
  'nodemon',
]);

/** Node servers choose their address in code: they get HOST and PORT, and are looked for where they listen. */
export const recogniseNode = (call: Call): Recognised | undefined =>
  PROGRAMS.has(call.program)
    ? {
        preset: 'node',
        why: [
          `Recognised Node.js by \`${call.program}\`.`,
          'Set for it: HOST and PORT. Listen on them: server.listen(process.env.PORT, process.env.HOST).',
        ],
      }
    : undefined;
