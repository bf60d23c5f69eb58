/** Why a command could not start or go on, in words that say what to do; a stack trace only for a bug. */
import { DynoxideFailed } from '../../local/dynamodb/dynoxide-failed.ts';
import { TableMismatch } from '../../local/dynamodb/tables.ts';
import { DataDirError } from '../../local/journal/journal.ts';
import { storageFailure } from '../../local/storage-failure.ts';
import { TemplateError } from '../../local/template/properties.ts';
import { Unwritable } from './json-file.ts';
import { SynthesisFailed } from './synthesize.ts';

/** Something ended without which nothing works; the message says what. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
}

/** Their messages say everything. */
const outspoken = [EngineDied, Unwritable, DynoxideFailed, DataDirError, TableMismatch];

/** `otherwise` introduces what nobody has thought of; `folder` is where the data are. */
export function explainFailure(
  error: unknown,
  otherwise: string,
  folder = 'the folder for temporary files',
): string {
  if (!(error instanceof Error)) return `${otherwise}: ${error}`;
  if (error instanceof SynthesisFailed)
    return `The stack could not be synthesized. ${error.message}`;
  if (error instanceof TemplateError) return `The template cannot be run here. ${error.message}`;
  if (outspoken.some((kind) => error instanceof kind)) return error.message;
  return storageFailure(error, folder) ?? `${otherwise}: ${error.stack ?? error.message}`;
}
