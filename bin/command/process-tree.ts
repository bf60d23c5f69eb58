/** The processes below one, what they take of the machine, and whether they live: as Linux tells it. */
import { readFileSync } from 'node:fs';

/** Direct children first. Throws where the system does not tell. */
export function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** A zombie, whose parent has not asked for its status yet, is not alive. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Clock ticks of Linux's /proc, which are hundredths of a second on every common build. */
const tickMs = 10;

export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Resident memory of a process and of all below it, in MB; shared pages count for each. */
export function memoryMb(pid: number): number | undefined {
  try {
    return [pid, ...descendants(pid)].reduce((sum, each) => sum + residentMb(each), 0);
  } catch {
    return undefined;
  }
}

const residentMb = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
};
