/** Why it could not start or go on, in words that say what to do; a stack trace only for a bug. */
import { DynoxideFailed } from '../../local/dynamodb/dynoxide-failed.ts';
import { TableMismatch } from '../../local/dynamodb/tables.ts';
import { DataDirError } from '../../local/journal/journal.ts';
import { storageFailure } from '../../local/storage-failure.ts';
import { TemplateError } from '../../local/template/properties.ts';
import { SynthesisFailed } from '../command/synthesize.ts';
import { DynamoUnreachable } from './foreign-dynamo.ts';

/** Something ended without which nothing works; the message says what. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
}

/** Their messages say everything. */
const outspoken = [EngineDied, DynamoUnreachable, DynoxideFailed, DataDirError, TableMismatch];

export interface Circumstances {
  readonly port: number;
  /** Where the data are kept. @default a folder that goes with the process */
  readonly dataDir?: string | undefined;
}

export function explain(error: unknown, { port, dataDir }: Circumstances): string {
  if (!(error instanceof Error)) return `It could not go on: ${error}`;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Choose another one: PORT=${port === 3000 ? 3001 : 3000} npm start`;
  if (code === 'EACCES')
    return `Port ${port} is not ours to take. Choose one above 1023: PORT=3000 npm start`;
  if (error instanceof SynthesisFailed)
    return `The stack could not be synthesized. ${error.message}`;
  if (error instanceof TemplateError) return `The template cannot be run here. ${error.message}`;
  if (outspoken.some((kind) => error instanceof kind)) return error.message;
  const full = storageFailure(error, dataDir ?? 'the folder for temporary files');
  return full ?? `It could not go on: ${error.stack ?? error.message}`;
}
