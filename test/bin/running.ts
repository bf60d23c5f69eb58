/** A command of this project as a process of its own, as a shell would start it. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}
export interface Running {
  readonly child: ChildProcess;
  /** Resolves with all output so far once it contains this; rejects when the process ends first. */
  says(text: string): Promise<string>;
  readonly ended: Promise<Ended>;
}

export const run = (args: readonly string[], env: Record<string, string> = {}): Running =>
  runCommand(process.execPath, args, env);

export function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Running {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of heard) look();
    });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal, output }));
  });
  const says = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => output.includes(text) && resolve(output);
      heard.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended without saying ${text}: ${output}`)));
    });
  return { child, says, ended };
}
