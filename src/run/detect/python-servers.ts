import type { PresetName } from '../../gate/index.ts';
import type { Call } from './call.ts';
import { djangoSettings } from './django-settings.ts';
import type { LaunchContext, Recognised } from './launch.ts';
import {
  demandLoopback,
  hasOption,
  optionValue,
  readPort,
  refuseOption,
  refuseOwnTls,
  splitAddress,
} from './options.ts';
import { imports, moduleFiles, readSource } from './python-source.ts';

interface Server {
  title: string;
  /** Options for host and port, or for both in one. */
  host?: readonly string[];
  port?: readonly string[];
  bind?: readonly string[];
  /** Variables that stand for them. */
  hostVariable?: string;
  portVariable?: string;
  tls: readonly string[];
  /** Other ways to listen, which the gate cannot follow. */
  elsewhere: readonly string[];
  /** What to add so that it believes the gate about scheme and address, and nobody else. */
  proxy: readonly string[];
  /** What an app is taken for when its module cannot be read. */
  otherwise: PresetName;
}

const SERVERS: Record<string, Server> = {
  uvicorn: {
    title: 'uvicorn',
    host: ['--host'],
    port: ['--port'],
    hostVariable: 'UVICORN_HOST',
    portVariable: 'UVICORN_PORT',
    tls: ['--ssl-keyfile', '--ssl-certfile'],
    elsewhere: ['--uds', '--fd'],
    proxy: ['--proxy-headers', '--forwarded-allow-ips=127.0.0.1'],
    otherwise: 'fastapi',
  },
  fastapi: {
    title: 'FastAPI',
    host: ['--host'],
    port: ['--port'],
    tls: [],
    elsewhere: [],
    proxy: ['--proxy-headers', '--forwarded-allow-ips=127.0.0.1'],
    otherwise: 'fastapi',
  },
  gunicorn: {
    title: 'gunicorn',
    bind: ['-b', '--bind'],
    tls: ['--keyfile', '--certfile'],
    elsewhere: [],
    proxy: ['--forwarded-allow-ips=127.0.0.1'],
    otherwise: 'generic',
  },
  hypercorn: {
    title: 'hypercorn',
    bind: ['-b', '--bind'],
    tls: ['--keyfile', '--certfile'],
    elsewhere: ['--quic-bind', '--insecure-bind'],
    proxy: [],
    otherwise: 'generic',
  },
  daphne: {
    title: 'daphne',
    host: ['-b', '--bind'],
    port: ['-p', '--port'],
    tls: ['-e', '--endpoint'],
    elsewhere: ['-u', '--unix-socket', '--fd'],
    proxy: ['--proxy-headers'],
    otherwise: 'generic',
  },
  'waitress-serve': {
    title: 'waitress',
    bind: ['--listen'],
    tls: [],
    elsewhere: ['--unix-socket', '--host', '--port'],
    proxy: ['--trusted-proxy=127.0.0.1', '--trusted-proxy-headers=x-forwarded-for x-forwarded-proto'],
    otherwise: 'generic',
  },
};

/** The app behind a server, by what its module imports. */
const presetOf = (source: string, otherwise: PresetName): PresetName => {
  if (/get_[aw]sgi_application/.test(source)) return 'django';
  if (imports(source, 'fastapi') || imports(source, 'starlette')) return 'fastapi';
  if (imports(source, 'dash')) return 'dash';
  return imports(source, 'flask') ? 'flask' : otherwise;
};

/** Host and port as words to add, and the port that will be used. */
const listening = (server: Server, args: readonly string[], context: LaunchContext) => {
  if (server.bind !== undefined) {
    const written = optionValue(args, server.bind);
    if (written === undefined)
      return { port: context.port, add: [`${server.bind.at(-1)}=127.0.0.1:${context.port}`] };
    const { host, port } = splitAddress(written);
    if (host === undefined || port === undefined) {
      return refuseOption(`${server.bind[0]} ${written}`, 'is not an address with a port', 'Leave it out.');
    }
    demandLoopback(`${server.bind[0]} ${written}`, host);
    return { port: readPort(String(server.bind[0]), port), add: [] };
  }
  const [hostNames, portNames] = [server.host ?? [], server.port ?? []];
  const host = optionValue(args, hostNames) ?? context.env[server.hostVariable ?? ''];
  const port = optionValue(args, portNames) ?? context.env[server.portVariable ?? ''];
  if (host !== undefined) demandLoopback(`${hostNames.at(-1)} ${host}`, host);
  const usedPort = port === undefined ? context.port : readPort(String(portNames.at(-1)), port);
  return {
    port: usedPort,
    add: [
      ...(host === undefined ? [String(hostNames.at(-1)), '127.0.0.1'] : []),
      ...(port === undefined ? [String(portNames.at(-1)), String(usedPort)] : []),
    ],
  };
};

/** Servers of WSGI and ASGI apps: bound to loopback, and told to believe X-Forwarded-* of the gate alone. */
export const recognisePythonServer = (call: Call, context: LaunchContext): Recognised | undefined => {
  const server = SERVERS[call.program];
  if (server === undefined) return undefined;
  if (call.program === 'fastapi' && !['run', 'dev'].includes(call.args[0] ?? '')) return undefined;
  const { args } = call;
  refuseOwnTls(args, server.tls);
  for (const option of server.elsewhere) {
    if (hasOption(args, [option])) {
      refuseOption(option, 'makes it listen where the gate does not look', 'Leave it out.');
    }
  }
  const { port, add } = listening(server, args, context);
  const proxy = server.proxy.filter((word) => !hasOption(args, [word.split('=')[0] ?? word]));
  const target = args.find((word) => /^[A-Za-z_][\w.]*:[\w.()]+$/.test(word));
  const file = args.find((word) => word.endsWith('.py'));
  const files = target === undefined ? (file === undefined ? [] : [file]) : moduleFiles(target);
  const source = files.map((path) => readSource(context.cwd, path)).join('\n');
  const preset = presetOf(source, server.otherwise);
  const settings = preset === 'django' ? djangoSettings({ context, named: undefined, source }) : undefined;
  return {
    preset,
    port,
    command: [...call.words, ...add, ...proxy],
    env: settings?.env ?? {},
    modules: settings?.modules ?? {},
    why: [
      `Recognised ${server.title}${target === undefined ? '' : ` serving ${target}`}.`,
      `Set for it: ${[...add, ...proxy].join(' ') || 'nothing, all was there'}.`,
      ...(settings?.why ?? []),
    ],
  };
};
