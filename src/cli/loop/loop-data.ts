import type { EventSink } from '../../core/index.ts';
import type { OpenData } from '../open-data.ts';

/** What the books of findings, shields and probes need of the data directory. */
export interface LoopData extends Pick<OpenData, 'store' | 'clock'> {
  log: EventSink;
}
