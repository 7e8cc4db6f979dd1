import { createSecureContext, type SecureContext, type Server } from 'node:tls';
import { GatehouseError, isGatehouseError } from '../../core/index.ts';
import type { CertificateSource } from './certificate-source.ts';
import {
  type CertificateChange,
  type CertificateChoice,
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

const openSource = async (
  { directory, clock }: CertificatesOptions,
  { own, hosts }: CertificateChoice,
): Promise<{ source: CertificateSource; made: CertificateChange['what'] | undefined }> =>
  own
    ? { source: await openOwnCertificate(own, hosts, clock), made: undefined }
    : openLocalCertificate(directory, hosts, clock);

const isSameSource = (a: CertificateChoice, b: CertificateChoice): boolean =>
  a.own?.certificate === b.own?.certificate && a.own?.key === b.own?.key;

/**
 * The certificate of the listener: an own one, or one of a local authority that is made on first use and renewed by
 * itself. `onChange` is also told of what is made here.
 * @throws {GatehouseError} `certificate-unreadable`, `certificate-unwritable`, and for an own certificate
 * `certificate-key-mismatch`, `certificate-unusable`, `certificate-expired`, `certificate-names`
 */
export const openCertificates = async (options: CertificatesOptions): Promise<Certificates> => {
  const { clock, onChange, onProblem } = options;
  let choice: CertificateChoice = options;
  const opened = await openSource(options, choice);
  let source = opened.source;
  const followers = new Set<Server>();
  let reported: string | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let looking: Promise<void> | undefined;
  let lastLook = Number.NEGATIVE_INFINITY;

  const material = () => ({
    ...TLS_POLICY,
    minVersion: `TLSv${choice.minimum ?? '1.2'}` as const,
    cert: source.pair().chain,
    key: source.pair().key,
  });
  let context: SecureContext = createSecureContext(material());

  const tell = (what: CertificateChange['what'] | undefined): void => {
    if (what !== undefined) onChange?.({ what, facts: factsOf(source.pair().certificate) });
  };

  const apply = (): void => {
    context = createSecureContext(material());
    for (const server of followers) server.setSecureContext(material());
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  const look = async (): Promise<void> => {
    lastLook = clock.monotonic();
    try {
      const what = await inTurn(() => source.refresh());
      if (what !== undefined) apply();
      tell(what);
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

  const configure = (wanted: CertificateChoice): Promise<void> =>
    inTurn(async () => {
      const next = isSameSource(choice, wanted)
        ? { source, made: await source.setHosts(wanted.hosts) }
        : await openSource(options, wanted);
      const changed = next.source === source ? next.made : (next.made ?? (wanted.own ? 'own' : 'leaf'));
      [choice, source] = [wanted, next.source];
      apply();
      tell(changed);
    });

  // A machine that slept past the renewal must not greet its first visitor with an expired certificate.
  const awaitValid = async (): Promise<void> => {
    if (isValidAt(source.pair().certificate, clock.now())) return;
    if (looking || clock.monotonic() - lastLook >= RETRY_AFTER) await refresh();
  };

  tell(opened.made);
  await refresh();
  const timer = setInterval(refresh, options.lookEvery ?? LOOK_EVERY).unref();

  return {
    get kind() {
      return source.kind;
    },
    get authorityFile() {
      return source.authorityFile;
    },
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
    configure,
    refresh,
    close: () => {
      clearInterval(timer);
      followers.clear();
    },
  };
};
