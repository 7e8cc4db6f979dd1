import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { Clock, GatehouseError } from '../../core/index.ts';
import type { CertificateChange, Certificates, CertificatesOptions, KeyPair } from './certificates.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { openCertificates } from './open-certificates.ts';

export const DAY = 86_400_000;

class TurnedClock implements Clock {
  time = Date.now();
  now(): number {
    return this.time;
  }
  monotonic(): number {
    return performance.now();
  }
}

/** Signs the own certificates of the tests. */
export const ISSUER: KeyPair = await issueAuthority(['dashboard.example.com'], Date.now());

/** A folder, a clock and what was reported, for one test; everything is closed and removed after it. */
export class Stage {
  readonly clock = new TurnedClock();
  readonly changes: CertificateChange[] = [];
  readonly problems: GatehouseError[] = [];
  readonly directory: string;
  readonly #context: TestContext;

  private constructor(context: TestContext, directory: string) {
    this.#context = context;
    this.directory = directory;
  }

  static async set(context: TestContext): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
    context.after(() => rm(directory, { recursive: true, force: true }));
    return new Stage(context, directory);
  }

  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  async open(options: Partial<CertificatesOptions> = {}): Promise<Certificates> {
    const certificates = await openCertificates({
      directory: this.path('tls'),
      hosts: ['localhost', 'gate.localhost'],
      clock: this.clock,
      onChange: (change) => this.changes.push(change),
      onProblem: (problem) => this.problems.push(problem),
      lookEvery: 3_600_000,
      ...options,
    });
    this.#context.after(() => certificates.close());
    return certificates;
  }

  /** Writes a pair signed by {@link ISSUER} to the files of an own certificate. */
  async saveOwn(hosts: readonly string[], at = Date.now()): Promise<{ certificate: string; key: string }> {
    const pair = await issueLeaf(ISSUER, hosts, at);
    const files = { certificate: this.path('fullchain.pem'), key: this.path('key.pem') };
    await writeFile(files.certificate, pair.chain + ISSUER.chain);
    await writeFile(files.key, pair.key, { mode: 0o600 });
    return files;
  }

  async listen(certificates: Certificates): Promise<Server> {
    const server = createServer(certificates.options(), (_request, response) => response.end('hello'));
    certificates.follow(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    this.#context.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return server;
  }

  async handshake(server: Server, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options });
    this.#context.after(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  }
}

export const authorityOf = (certificates: Certificates): Promise<string> =>
  readFile(certificates.authorityFile ?? '', 'utf8');
