import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compileShields, type Shield, type ShieldMode } from '../../access/index.ts';
import type { GatehouseConfig } from '../../config/index.ts';
import { administer } from '../control/administer.ts';

export interface ShieldBefore {
  mode: ShieldMode;
  shield: Shield;
}

/** The shields that stand before a request, of the data directory where there is one. */
export const shieldsBefore = async (
  config: GatehouseConfig,
  { app, method, path }: { app: string; method: string; path: string },
): Promise<ShieldBefore[]> => {
  const kept =
    process.env['GATEHOUSE_DATABASE_URL'] !== undefined || existsSync(join(config.data, 'gatehouse.db'));
  if (!kept) return [];
  const { shields } = await administer(config, 'shields.list', { all: false });
  const modes = ['block', 'observe'] as const;
  const standing = shields.flatMap(({ shield, state }) =>
    state === 'block' || state === 'observe' ? [{ shield, mode: state }] : [],
  );
  const compiled = compileShields(standing);
  return modes.flatMap((mode) =>
    compiled.meet(mode, app, method, path).map(({ shield }) => ({ mode, shield })),
  );
};
