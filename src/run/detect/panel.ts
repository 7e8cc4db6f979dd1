import type { Call } from './call.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import { demandLoopback, hasOption, optionValue, readPort, refuseOption, refuseOwnTls } from './options.ts';

/** `panel serve` and `bokeh serve`: one server, which opens its WebSocket only to origins that it is told. */
export const recognisePanel = (call: Call, context: LaunchContext): Recognised | undefined => {
  const { program, args } = call;
  if ((program !== 'panel' && program !== 'bokeh') || args[0] !== 'serve') return undefined;
  const address = optionValue(args, ['--address']);
  if (address !== undefined) demandLoopback(`--address ${address}`, address);
  const port = optionValue(args, ['--port']);
  refuseOwnTls(args, ['--ssl-certfile', '--ssl-keyfile']);
  if (optionValue(args, ['--allow-websocket-origin']) === '*') {
    refuseOption(
      '--allow-websocket-origin=*',
      'opens the WebSocket to pages of every site',
      'Leave it out: the public address is allowed.',
    );
  }
  const usedPort = port === undefined ? context.port : readPort('--port', port);
  const people = new URL(context.publicUrl);
  const add = [
    ...(address === undefined ? ['--address=127.0.0.1'] : []),
    ...(port === undefined ? [`--port=${usedPort}`] : []),
    `--allow-websocket-origin=${people.hostname}:${people.port || '443'}`,
    // Browsers leave the default port out of Origin.
    ...(people.port === '' ? [`--allow-websocket-origin=${people.hostname}`] : []),
    ...(hasOption(args, ['--use-xheaders']) ? [] : ['--use-xheaders']),
  ];
  const title = program === 'panel' ? 'Panel' : 'Bokeh';
  return {
    preset: program,
    port: usedPort,
    // Options come before the files only by habit: the parser takes them anywhere before --args.
    command: call.words.includes('--args')
      ? call.words.toSpliced(call.words.indexOf('--args'), 0, ...add)
      : [...call.words, ...add],
    why: [`Recognised ${title} by \`${program} serve\`.`, `Set for it: ${add.join(' ')}.`],
  };
};
