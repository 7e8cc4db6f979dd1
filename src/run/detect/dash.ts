import type { Call } from './call.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { imports, readSource } from './python-source.ts';

/** Dash's own `app.run()` takes HOST and PORT from the environment; a port written into the file wins and is found. */
export const recogniseDash = (call: Call, context: LaunchContext): Recognised | undefined => {
  if (call.script === undefined || !imports(readSource(context.cwd, call.script), 'dash')) return undefined;
  return {
    preset: 'dash',
    why: [`Recognised Dash: ${call.script} imports it.`, 'Set for it: HOST and PORT, which app.run() reads.'],
  };
};
