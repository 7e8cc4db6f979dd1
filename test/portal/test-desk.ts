import { gateSettings } from '../../src/cli/gate-settings.ts';
import { type GuardDeskPorts, openGuardDesk } from '../../src/cli/guard-desk.ts';
import { parseConfig } from '../../src/config/index.ts';
import { openSightings } from '../../src/gate/index.ts';
import type { GuardDesk } from '../../src/portal/index.ts';

const FILE = `
portal: https://gate.example.test:8443
listen: 0.0.0.0:8443
rates: { person: 3000/1m }
apps:
  sales:
    url: https://sales.example.test:8443
    upstream: http://127.0.0.1:1
    csp: block
    rules:
      - { allow: [analyst, admin] }
      - { forbid: [analyst], paths: [/admin/**] }
      - { allow: [admin], paths: [/transfer], methods: [POST], assurance: fresh-mfa }
  clinic:
    url: https://clinic.example.test:8443
    upstream: http://127.0.0.1:1
roles: { analyst: {} }
`;

const told = { directive: 'img-src', blocked: 'https://tiles.example.com', disposition: 'enforce' } as const;

/** What administrators look up, of a configuration with rules, refusals and reports. */
export const openTestDesk = (data: Omit<GuardDeskPorts['data'], 'sightings'>): GuardDesk => {
  const loaded = parseConfig(FILE, 'gatehouse.yaml');
  const settings = gateSettings(loaded, new Map(), false, new Map());
  const sightings = openSightings();
  const now = data.clock.now();
  for (const person of ['per_a', 'per_b', 'per_c'])
    sightings.add('sales', { ...told, page: '/map' }, person, now);
  const script = { directive: 'script-src', disposition: 'enforce', page: '/map' } as const;
  sightings.add('sales', { ...script, blocked: 'https://cdn.example.net' }, 'per_a', now);
  sightings.add('sales', { ...script, blocked: 'inline' }, 'per_b', now);
  const refused = { app: 'sales', method: 'GET', address: '192.0.2.10', status: 403 };
  for (const [guard, reason, path, name] of [
    ['access', 'apps.sales.rules[1]', '/admin/prices', 'ana'],
    ['origin', 'cross-site', '/transfer', undefined],
  ] as const) {
    const fields = { ...refused, guard, reason, path, ...(name && { name }), incident: '7k2m-9qfd-x3ca' };
    data.log.record({ type: 'request.refused', outcome: 'refused', fields }).catch(() => {});
  }
  return openGuardDesk({
    data: { ...data, sightings },
    inForce: () => ({ loaded, settings }),
  });
};
