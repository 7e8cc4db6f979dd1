import type { EngineOptions } from '../flow/engine.ts';
import type { Collector } from '../report/collector.ts';
import type { TemplateIndex } from '../templates/index-templates.ts';

/** What the checks without flow hear while the engine runs. */
export const listen = (
  _collector: Collector,
  _templates: TemplateIndex,
): Pick<EngineOptions, 'onCall' | 'onReturn' | 'onCaught' | 'onSet' | 'onSetItem'> => ({});
