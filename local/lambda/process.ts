/** `process` as a function sees it: Lambda's variables, the kernel's time, no way to the host. */
import { EventEmitter } from 'node:events';
import { accessKeyId } from '../iam/callers.ts';
import { accountId, type FunctionModel, region } from '../template/model.ts';
import { createHrtime } from './clocks.ts';
import type { Life } from './life.ts';

export interface ProcessSettings {
  readonly life: Life;
  readonly fn: FunctionModel;
  readonly write: (level: string, text: string) => void;
  readonly exit: (code: number) => void;
}

export function createProcess({ life, fn, write, exit }: ProcessSettings): object {
  const startedMs = life.kernel.now();
  return Object.assign(new EventEmitter(), {
    env: variablesOf(fn),
    ...{ argv: ['/var/lang/bin/node', '/var/runtime/index.mjs'], execArgv: [], pid: 8, ppid: 1 },
    ...{ title: 'node', exitCode: undefined, platform: 'linux', arch: process.arch },
    ...{ version: process.version, versions: process.versions, release: process.release },
    ...{ features: process.features, config: process.config },
    ...{ getuid: () => 993, geteuid: () => 993, getgid: () => 990, getegid: () => 990 },
    cwd: () => '/var/task',
    uptime: () => (life.kernel.now() - startedMs) / 1000,
    hrtime: createHrtime(life.kernel),
    memoryUsage: process.memoryUsage,
    nextTick: (run: (...args: unknown[]) => void, ...args: unknown[]) =>
      process.nextTick(() => life.arrive(() => run(...args))),
    emitWarning: (warning: unknown) => write('warn', String(warning)),
    stdout: createOutput((text) => write('info', text)),
    stderr: createOutput((text) => write('error', text)),
    exit,
    kill: refuse(fn, 'kill'),
    chdir: refuse(fn, 'chdir'),
    binding: refuse(fn, 'binding'),
  });
}

/** The variables that Lambda sets, and the function's own. The key id tells whose call it is. */
const variablesOf = (fn: FunctionModel): Record<string, string> => ({
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  LAMBDA_TASK_ROOT: '/var/task',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  _HANDLER: fn.handler,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_ACCOUNT_ID: accountId,
  AWS_ACCESS_KEY_ID: accessKeyId(fn),
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  ...fn.environment,
});

export const logStream = 'local/[$LATEST]';

const createOutput = (write: (text: string) => void) =>
  Object.assign(new EventEmitter(), {
    isTTY: false,
    writable: true,
    write(chunk: string | Uint8Array): boolean {
      write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    },
  });

const refuse = (fn: FunctionModel, member: string) => () => {
  throw new Error(`${fn.name} uses process.${member}, which the local engine refuses`);
};
