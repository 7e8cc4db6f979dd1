import type { Call } from './call.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { demandLoopback, optionValue, readPort, refuseOwnTls } from './options.ts';
import { imports, readSource } from './python-source.ts';

const ADVICE =
  'For links with https in them, wrap the app: ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1) of werkzeug.';

const recogniseCommand = (call: Call, context: LaunchContext): Recognised => {
  const { args, env } = { args: call.args, env: context.env };
  const host = optionValue(args, ['--host', '-h']) ?? env['FLASK_RUN_HOST'];
  if (host !== undefined) demandLoopback(`--host ${host}`, host);
  const port = optionValue(args, ['--port', '-p']) ?? env['FLASK_RUN_PORT'];
  refuseOwnTls(args, ['--cert', '--key']);
  const usedPort = port === undefined ? context.port : readPort('--port', port);
  return {
    preset: 'flask',
    port: usedPort,
    env: { FLASK_RUN_HOST: '127.0.0.1', FLASK_RUN_PORT: String(usedPort) },
    why: ['Recognised Flask by `flask run`.', 'Set for it: FLASK_RUN_HOST and FLASK_RUN_PORT.', ADVICE],
  };
};

/** `flask run`, or a file that runs its Flask app itself: that one is found at whatever port it chooses. */
export const recogniseFlask = (call: Call, context: LaunchContext): Recognised | undefined => {
  if (call.program === 'flask' && call.args.includes('run')) return recogniseCommand(call, context);
  if (call.script === undefined || !imports(readSource(context.cwd, call.script), 'flask')) return undefined;
  return {
    preset: 'flask',
    why: [
      `Recognised Flask: ${call.script} imports it.`,
      'HOST and PORT are set; an app that passes neither to app.run() listens on 5000, and is found there.',
      ADVICE,
    ],
  };
};
