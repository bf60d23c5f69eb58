/** `console` of an environment: one log entry per call, with Lambda's levels. */
import { Console } from 'node:console';
import { format } from 'node:util';

export type WriteLog = (level: string, line: string) => void;

export function createConsole(write: WriteLog): object {
  const stream = (level: string) => ({ write: (text: string) => write(level, text.trimEnd()) });
  const rest = new Console({
    stdout: stream('info') as unknown as NodeJS.WritableStream,
    stderr: stream('error') as unknown as NodeJS.WritableStream,
  });
  const at =
    (level: string) =>
    (...args: unknown[]) =>
      write(level, format(...args));
  return Object.assign(rest, {
    ...{ log: at('info'), info: at('info'), debug: at('debug') },
    ...{ warn: at('warn'), error: at('error') },
    trace: (...args: unknown[]) => write('trace', traceOf(format(...args))),
  });
}

function traceOf(message: string): string {
  const { stack = '' } = new Error(message);
  return `Trace: ${stack.replace(/^Error: /, '')}`;
}
