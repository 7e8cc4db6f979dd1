import { GatehouseError } from '../../core/index.ts';
import type { PresetName } from '../../gate/index.ts';
import { type Call, readCall } from './call.ts';
import { recogniseDash } from './dash.ts';
import { recogniseDjango } from './django.ts';
import { recogniseFlask } from './flask.ts';
import { recogniseGradio } from './gradio.ts';
import { recogniseJupyter } from './jupyter.ts';
import type { Launch, LaunchContext, Recognised } from './launch.ts';
import { recogniseNode } from './node.ts';
import { recognisePanel } from './panel.ts';
import { recognisePythonServer } from './python-servers.ts';
import { recogniseStreamlit } from './streamlit.ts';

/** In this order: Dash imports Flask, and a Django project may import anything. */
const RECOGNISERS: readonly ((call: Call, context: LaunchContext) => Recognised | undefined)[] = [
  recogniseStreamlit,
  recogniseDjango,
  recogniseJupyter,
  recognisePanel,
  recognisePythonServer,
  recogniseGradio,
  recogniseDash,
  recogniseFlask,
  recogniseNode,
];

const unknown: Recognised = {
  preset: 'generic',
  why: [
    'This command is not one that Gatehouse recognises: it gets HOST and PORT in its environment and has to listen there.',
  ],
};

/**
 * Recognises the framework of a command and says how to start it so that only the gate reaches it. What the user wrote
 * wins; `preset` overrides only what is known about the framework, not how the command is read.
 * @throws {GatehouseError} `usage` for an empty command, `app-exposed` where the command opens the app to other
 * machines, `app-option-conflict` for options that cannot work behind the gate, `app-refuses-root`.
 */
export const detectFramework = (
  command: readonly string[],
  context: LaunchContext & { preset?: PresetName | undefined },
): Launch => {
  if (command.length === 0 || command[0] === '') {
    throw new GatehouseError('usage', 'no command was given', {
      remedy: 'Write the command of your app after --, for example: gatehouse run -- streamlit run sales.py',
    });
  }
  const call = readCall(command);
  let found: Recognised | undefined;
  for (const recognise of RECOGNISERS) found ??= recognise(call, context);
  const { preset, port, env, modules, why, command: words } = found ?? unknown;
  const used = port ?? context.port;
  return {
    preset: context.preset ?? preset,
    command: words ?? command,
    env: { HOST: '127.0.0.1', PORT: String(used), ...env },
    modules: modules ?? {},
    port: used,
    why,
  };
};
