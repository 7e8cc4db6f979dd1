import { GatehouseError } from '../../core/index.ts';
import type { Call } from './call.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { demandLoopback, optionValue, readPort, refuseOption, refuseOwnTls } from './options.ts';

const SUBCOMMANDS = new Set(['lab', 'notebook', 'server', 'nbclassic']);
const PROGRAMS = new Set([
  'jupyter-lab',
  'jupyter-notebook',
  'jupyter-server',
  'jupyterlab',
  'notebook',
  'jupyter_server',
]);

/** Jupyter's server with the gate's sign-in in place of its token; its own XSRF and host checks stay on. */
export const recogniseJupyter = (call: Call, context: LaunchContext): Recognised | undefined => {
  const subcommand = call.program === 'jupyter' && SUBCOMMANDS.has(call.args[0] ?? '');
  if (!subcommand && !PROGRAMS.has(call.program)) return undefined;
  const { args } = call;
  const ip = optionValue(args, ['--ServerApp.ip', '--NotebookApp.ip', '--ip']);
  if (ip !== undefined) demandLoopback(`--ip ${ip}`, ip);
  const port = optionValue(args, ['--ServerApp.port', '--NotebookApp.port', '--port']);
  refuseOwnTls(args, ['--certfile', '--keyfile', '--ServerApp.certfile', '--ServerApp.keyfile']);
  if (optionValue(args, ['--ServerApp.disable_check_xsrf'])?.toLowerCase() === 'true') {
    refuseOption(
      '--ServerApp.disable_check_xsrf',
      'opens Jupyter to forged requests of other sites',
      'Leave it out: the check works behind the gate.',
    );
  }
  if (context.root && !args.includes('--allow-root')) {
    throw new GatehouseError(
      'app-refuses-root',
      'Jupyter does not run as root, since notebooks could do anything',
      {
        remedy:
          'Let it run as another user (`--user NAME` before the --), or add --allow-root to its command knowingly.',
      },
    );
  }

  const usedPort = port === undefined ? context.port : readPort('--port', port);
  const wanted: [readonly string[], string][] = [
    [['--ServerApp.ip', '--NotebookApp.ip', '--ip'], '--ServerApp.ip=127.0.0.1'],
    [['--ServerApp.port', '--NotebookApp.port', '--port'], `--ServerApp.port=${usedPort}`],
    [['--ServerApp.port_retries'], '--ServerApp.port_retries=0'],
    [['--ServerApp.open_browser', '--no-browser'], '--ServerApp.open_browser=False'],
    [['--IdentityProvider.token', '--ServerApp.token'], '--IdentityProvider.token='],
    [['--PasswordIdentityProvider.hashed_password', '--ServerApp.password'], '--ServerApp.password='],
    [['--ServerApp.trust_xheaders'], '--ServerApp.trust_xheaders=True'],
    [['--ServerApp.local_hostnames'], `--ServerApp.local_hostnames=${new URL(context.publicUrl).hostname}`],
  ];
  const added = wanted.filter(([names]) => optionValue(args, names) === undefined).map(([, word]) => word);
  return {
    preset: 'jupyter',
    port: usedPort,
    command: [...call.words, ...added],
    why: [
      'Recognised Jupyter by its command.',
      "Set for it: loopback address and port, the public name, no token: the gate's sign-in takes its place.",
      'Whoever is let in runs code as the account of this server: let few people in.',
      'Other accounts of this machine can reach its port on loopback: run it where only you have one.',
    ],
  };
};
