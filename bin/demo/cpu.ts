/** CPU time of this process and its children; where the system does not tell, of this process alone. */
import { cpuMs, descendants } from '../command/process-tree.ts';

export interface CpuTime {
  readonly engineMs: number;
  /** Of the DynamoDB that runs beside it. */
  readonly databaseMs: number | undefined;
}

export function cpuTime(): CpuTime {
  const { user, system } = process.cpuUsage();
  return { engineMs: (user + system) / 1000, databaseMs: childrenMs(process.pid) };
}

function childrenMs(pid: number): number | undefined {
  try {
    return descendants(pid).reduce((sum, child) => sum + cpuMs(child), 0);
  } catch {
    return undefined;
  }
}
