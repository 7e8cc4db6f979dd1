import type { Clock, Counters, EventSink } from '../core/index.ts';
import type { Store } from '../store/index.ts';
import type { Vault } from '../vault/index.ts';
import type { Settings } from './settings.ts';

/** What the parts of the room stand on. */
export interface Ports {
  store: Store;
  vault: Vault;
  events: EventSink;
  clock: Clock;
  counters: Counters;
  settings: Settings;
}
