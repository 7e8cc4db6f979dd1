import { createSecureContext, type SecureContext, type Server } from 'node:tls';
import { GatehouseError, isGatehouseError } from '../../core/index.ts';
import type { CertificateSource } from './certificate-source.ts';
import {
  type CertificateChange,
  type Certificates,
  type CertificatesOptions,
  factsOf,
  isValidAt,
} from './certificates.ts';
import { openLocalCertificate } from './local-certificate.ts';
import { openOwnCertificate } from './own-certificate.ts';
import { ALPN_PROTOCOLS, TLS_POLICY } from './tls-policy.ts';

const LOOK_EVERY = 5_000;
// A flood of handshakes while the certificate cannot be renewed tries it once in this many milliseconds.
const RETRY_AFTER = 1_000;

const asProblem = (error: unknown): GatehouseError =>
  isGatehouseError(error)
    ? error
    : new GatehouseError('internal', 'the certificate could not be looked at', { cause: error });

const open = async ({
  directory,
  hosts,
  own,
  clock,
  onChange,
}: CertificatesOptions): Promise<CertificateSource> => {
  if (own) return openOwnCertificate(own, hosts, clock);
  const { source, made } = await openLocalCertificate(directory, hosts, clock);
  if (made) onChange?.({ what: made, facts: factsOf(source.pair().certificate) });
  return source;
};

/**
 * The certificate of the listener: an own one, or one of a local authority that is made on first use and renewed by
 * itself. `onChange` is also told of what is made here.
 * @throws {GatehouseError} `certificate-unreadable`, `certificate-unwritable`, and for an own certificate
 * `certificate-key-mismatch`, `certificate-unusable`, `certificate-expired`, `certificate-names`
 */
export const openCertificates = async (options: CertificatesOptions): Promise<Certificates> => {
  const { clock, onChange, onProblem } = options;
  const source = await open(options);
  const followers = new Set<Server>();
  let reported: string | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let looking: Promise<void> | undefined;
  let lastLook = Number.NEGATIVE_INFINITY;

  const material = () => ({ ...TLS_POLICY, cert: source.pair().chain, key: source.pair().key });
  let context: SecureContext = createSecureContext(material());

  const takeOver = (what: CertificateChange['what'] | undefined): void => {
    if (what === undefined) return;
    context = createSecureContext(material());
    for (const server of followers) server.setSecureContext(material());
    onChange?.({ what, facts: factsOf(source.pair().certificate) });
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  const look = async (): Promise<void> => {
    lastLook = clock.monotonic();
    try {
      takeOver(await inTurn(() => source.refresh()));
      reported = undefined;
    } catch (error) {
      const problem = asProblem(error);
      const mark = `${problem.code} ${problem.message}`;
      if (mark !== reported) onProblem?.(problem);
      reported = mark;
    }
  };

  const refresh = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  // A machine that slept past the renewal must not greet its first visitor with an expired certificate.
  const awaitValid = async (): Promise<void> => {
    if (isValidAt(source.pair().certificate, clock.now())) return;
    if (looking || clock.monotonic() - lastLook >= RETRY_AFTER) await refresh();
  };

  await refresh();
  const timer = setInterval(refresh, options.lookEvery ?? LOOK_EVERY).unref();

  return {
    kind: source.kind,
    authorityFile: source.authorityFile,
    get hsts() {
      return source.hsts();
    },
    facts: () => factsOf(source.pair().certificate),
    secureContextFor: () => context,
    options: () => ({
      ...material(),
      ALPNProtocols: [...ALPN_PROTOCOLS],
      SNICallback: (_name, answer) => {
        awaitValid().then(
          () => answer(null, context),
          (error: Error) => answer(error),
        );
      },
    }),
    follow: (server) => {
      followers.add(server);
      server.once('close', () => followers.delete(server));
    },
    setHosts: async (hosts) => takeOver(await inTurn(() => source.setHosts(hosts))),
    refresh,
    close: () => {
      clearInterval(timer);
      followers.clear();
    },
  };
};
