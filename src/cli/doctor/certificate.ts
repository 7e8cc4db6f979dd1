import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { GatehouseConfig } from '../../config/index.ts';
import { type Clock, isGatehouseError } from '../../core/index.ts';
import { openCertificates } from '../../gate/index.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const CHECK = 'certificate';
const DAY = 86_400_000;
/** Of an own certificate's last days. */
const SOON = 21 * DAY;

const days = (milliseconds: number): string => {
  const count = Math.floor(milliseconds / DAY);
  return `${count} day${count === 1 ? '' : 's'}`;
};

const checkLocal = (config: GatehouseConfig, hosts: readonly string[], clock: Clock): Finding => {
  const file = join(config.data, 'tls', 'server-private.pem');
  if (!existsSync(file)) return ok(CHECK, 'There is none yet: the first start makes a local authority.');
  let certificate: X509Certificate;
  try {
    const text = readFileSync(file, 'utf8');
    certificate = new X509Certificate(text.slice(text.indexOf('-----BEGIN CERTIFICATE-----')));
  } catch (error) {
    return fail(
      CHECK,
      `${file} cannot be read: ${(error as Error).message}.`,
      'Restore it from a backup, or delete it: the next start makes a new one.',
    );
  }
  const left = certificate.validToDate.getTime() - clock.now();
  if (left <= 0 || certificate.validFromDate.getTime() > clock.now()) {
    return warn(
      CHECK,
      'The certificate of the local authority is not valid at this time.',
      'Start the gate: it renews it by itself. Look at the clock of this machine too.',
    );
  }
  const covers = (host: string): boolean => {
    const plain = host.replace(/^\[|\]$/g, '');
    return (isIP(plain) === 0 ? certificate.checkHost(plain) : certificate.checkIP(plain)) !== undefined;
  };
  const missing = hosts.filter((host) => !covers(host));
  if (missing.length > 0) {
    return warn(
      CHECK,
      `The certificate of the local authority does not name ${missing.join(', ')}.`,
      'Start the gate: it makes one that does. Then run: gatehouse trust',
    );
  }
  return ok(
    CHECK,
    `A local authority's, for ${days(left)} more, renewed by itself. Browsers accept it after: gatehouse trust`,
  );
};

/** The certificate that visitors get: its files, its dates, its names. */
export const checkCertificate = async (config: GatehouseConfig, clock: Clock): Promise<Finding> => {
  const hosts = [config.portal, ...Object.values(config.apps).map((app) => app.url)].map(
    (url) => new URL(url).hostname,
  );
  const { certificate, key } = config.tls;
  if (certificate === undefined || key === undefined) return checkLocal(config, hosts, clock);
  let problem: { message: string; remedy: string | undefined } | undefined;
  try {
    const certificates = await openCertificates({
      directory: join(config.data, 'tls'),
      hosts,
      own: { certificate, key },
      clock,
      onProblem: (error) => {
        problem ??= error;
      },
    });
    await certificates.refresh();
    const { notAfter, issuer } = certificates.facts();
    certificates.close();
    if (problem !== undefined)
      return warn(CHECK, `${problem.message}.`, problem.remedy ?? 'See docs/errors.md.');
    const left = notAfter - clock.now();
    return left < SOON
      ? warn(
          CHECK,
          `Your certificate ends in ${days(left)}.`,
          'Renew it: the new files are taken over by themselves.',
        )
      : ok(CHECK, `Yours, by ${issuer.split('\n').at(-1)}, for ${days(left)} more.`);
  } catch (error) {
    if (!isGatehouseError(error)) throw error;
    return fail(CHECK, `${error.message}.`, error.remedy ?? 'See docs/errors.md.');
  }
};
