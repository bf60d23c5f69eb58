/** Why it could not be started, in words that say what to do; a stack trace only for what is a bug. */
import { TemplateError } from '../../local/template/properties.ts';
import { DynamoUnreachable } from './foreign-dynamo.ts';
import { SynthesisFailed } from './synthesize.ts';

/** Something ended without which nothing works; the message says what. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
}

export function explain(error: unknown, port: number): string {
  if (!(error instanceof Error)) return `It could not be started: ${error}`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Choose another one: PORT=${port === 3000 ? 3001 : 3000} npm start`;
  if (code === 'EACCES')
    return `Port ${port} is not ours to take. Choose one above 1023: PORT=3000 npm start`;
  if (error instanceof SynthesisFailed)
    return `The stack could not be synthesized. ${error.message}`;
  if (error instanceof TemplateError) return `The template cannot be run here. ${error.message}`;
  if (error instanceof EngineDied || error instanceof DynamoUnreachable) return error.message;
  return `It could not be started: ${error.stack ?? error.message}`;
}
