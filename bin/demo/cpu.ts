/** CPU time of this process and its children; where the system does not tell, of this process alone. */
import { readFileSync } from 'node:fs';

export interface CpuTime {
  readonly engineMs: number;
  /** Of the DynamoDB that runs beside it. */
  readonly databaseMs: number | undefined;
}

/** Clock ticks of Linux's /proc, which are hundredths of a second on every common build. */
const tickMs = 10;

export function cpuTime(): CpuTime {
  const { user, system } = process.cpuUsage();
  return { engineMs: (user + system) / 1000, databaseMs: childrenMs(process.pid) };
}

function childrenMs(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children
      .split(' ')
      .filter(Boolean)
      .map((child) => ownMs(Number(child)) + (childrenMs(Number(child)) ?? 0))
      .reduce((sum, ms) => sum + ms, 0);
  } catch {
    return undefined;
  }
}

function ownMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
