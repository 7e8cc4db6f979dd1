import type { Call } from './call.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { demandLoopback, optionValue, readPort, refuseOption, refuseOwnTls } from './options.ts';

/** The environment variable of an option such as `server.enableCORS`: STREAMLIT_SERVER_ENABLE_CORS. */
const variable = (option: string): string =>
  `STREAMLIT_${option
    .replace('.', '_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`;

/**
 * Streamlit takes its options from flags, then from the environment, then from config.toml: what Gatehouse sets in the
 * environment yields to flags, and keeps a config.toml written for other days from opening the app.
 */
export const recogniseStreamlit = (call: Call, context: LaunchContext): Recognised | undefined => {
  if (call.program !== 'streamlit' || call.args[0] !== 'run') return undefined;
  const written = (option: string): string | undefined =>
    optionValue(call.args, [`--${option}`]) ?? context.env[variable(option)];

  const address = written('server.address');
  if (address !== undefined) demandLoopback(`server.address ${address}`, address);
  const port = written('server.port');
  refuseOwnTls(call.args, ['--server.sslCertFile', '--server.sslKeyFile']);
  for (const option of ['server.enableCORS', 'server.enableXsrfProtection']) {
    if (written(option)?.toLowerCase() === 'false') {
      refuseOption(
        `${option}=false`,
        'switches off a protection of Streamlit that works behind the gate',
        'Leave it out.',
      );
    }
  }

  const usedPort = port === undefined ? context.port : readPort('server.port', port);
  const people = new URL(context.publicUrl);
  const wanted: Record<string, string> = {
    'server.address': '127.0.0.1',
    'server.port': String(usedPort),
    'server.headless': 'true',
    'server.enableCORS': 'true',
    'server.enableXsrfProtection': 'true',
    // A page that rebinds its own name to 127.0.0.1 cannot open the WebSocket.
    'server.allowedHosts': people.hostname,
    'server.trustedUserHeaders': JSON.stringify({ 'X-Gatehouse-User': 'name', 'X-Gatehouse-Email': 'email' }),
    'browser.serverAddress': people.hostname,
    'browser.serverPort': people.port || '443',
    'browser.gatherUsageStats': 'false',
    'client.showErrorDetails': 'none',
  };
  const env = Object.entries(wanted)
    .filter(([option]) => written(option) === undefined)
    .map(([option, value]) => [variable(option), value]);
  return {
    preset: 'streamlit',
    port: usedPort,
    env: Object.fromEntries(env),
    why: [
      'Recognised Streamlit by `streamlit run`.',
      'Set for it: loopback address and port, the public address, st.user from the signed-in person.',
      'Exceptions show no details to visitors (client.showErrorDetails); they are in its output here.',
    ],
  };
};
