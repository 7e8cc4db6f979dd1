import type { LeftOut } from '../project/files.ts';
import type { Collector } from '../report/collector.ts';

export class TemplateIndex {
  readonly leftOut: LeftOut[] = [];
  constructor(_paths: readonly string[], _collector: Collector) {}
  finish(): void {}
}
