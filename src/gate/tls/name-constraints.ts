import { BlockList, isIP } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import { Extension } from '@peculiar/x509';
import { plainHost } from './host-names.ts';

const LOOPBACK_SUBTREES = ['localhost', '127.0.0.0/8', '::1/128'];

const subtreeOf = (host: string): string => {
  const plain = plainHost(host);
  if (isIP(plain) === 4) return `${plain}/32`;
  if (isIP(plain) === 6) return `${plain}/128`;
  return plain.endsWith('.localhost') ? 'localhost' : plain;
};

/**
 * The critical extension (RFC 5280 section 4.2.1.10) that holds an authority to `hosts`, the names below them and this
 * machine's own: whoever steals its key cannot pose as any other site to a browser that trusts it.
 */
export const nameConstraints = (hosts: readonly string[]): Extension => {
  const subtrees = [...new Set([...LOOPBACK_SUBTREES, ...hosts.map(subtreeOf)])].map(
    (subtree) =>
      new GeneralSubtree({
        base: new GeneralName(subtree.includes('/') ? { iPAddress: subtree } : { dNSName: subtree }),
      }),
  );
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) });
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
};

const coversAddress = (subtree: string, host: string): boolean => {
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  const [network = '', prefix = ''] = subtree.split('/');
  if (isIP(network) !== isIP(host)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(host, family);
};

/** Whether an authority with this extension may sign for `host`; without the extension it may for none. */
export const constraintsCover = (extension: Extension | null, host: string): boolean => {
  if (extension === null) return false;
  const { permittedSubtrees } = AsnConvert.parse(extension.value, NameConstraints);
  const plain = plainHost(host);
  return (permittedSubtrees ?? []).some(({ base }) =>
    isIP(plain) === 0
      ? base.dNSName !== undefined && (plain === base.dNSName || plain.endsWith(`.${base.dNSName}`))
      : base.iPAddress !== undefined && coversAddress(base.iPAddress, plain),
  );
};
