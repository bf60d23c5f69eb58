/**
 * Lambda is never off, the engine is: nights, weekends. What its mappings had not finished then has not
 * become too old meanwhile. What happens to old records of a running engine is not its business.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Kernel } from '../kernel/kernel.ts';
import type { StreamMappingModel } from '../template/model.ts';
import { Checkpoint } from './checkpoint.ts';
import { Stamps } from './stamps.ts';

type Reader = Pick<StreamMappingModel, 'logicalId' | 'tableName' | 'isEnabled'>;

/** Before anybody reads: afterwards the streams are trimmed. A disabled mapping loses records on AWS too. */
export function renewUnfinished(
  kernel: Kernel,
  database: DatabaseSync,
  mappings: readonly Reader[],
): void {
  for (const mapping of mappings) {
    if (!mapping.isEnabled) continue;
    const { lastRead } = new Checkpoint(database, mapping);
    new Stamps(kernel, database, mapping.tableName).renewBehind(lastRead);
  }
}
