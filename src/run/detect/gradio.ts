import type { Call } from './call.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { refuseOption } from './options.ts';
import { imports, readSource } from './python-source.ts';

/** `launch()` of Gradio takes its address from the environment. A public tunnel would lead around the gate. */
export const recogniseGradio = (call: Call, context: LaunchContext): Recognised | undefined => {
  const file = call.script ?? (call.program === 'gradio' ? call.args[0] : undefined);
  if (file === undefined) return undefined;
  const source = readSource(context.cwd, file);
  if (!imports(source, 'gradio')) return undefined;
  if (/\bshare[ \t]*=[ \t]*True\b/.test(source)) {
    refuseOption(
      `share=True in ${file}`,
      'opens a public tunnel around the gate',
      'Take it out of launch().',
    );
  }
  return {
    preset: 'gradio',
    env: {
      GRADIO_SERVER_NAME: '127.0.0.1',
      GRADIO_SERVER_PORT: String(context.port),
      GRADIO_SHARE: 'False',
      GRADIO_ANALYTICS_ENABLED: 'False',
    },
    why: [
      `Recognised Gradio: ${file} imports it.`,
      'Set for it: GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, no tunnel, no analytics.',
    ],
  };
};
