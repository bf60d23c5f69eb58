/** What can go wrong with `npm start` beside what can with every command: ports, and a foreign DynamoDB. */
import { explainFailure } from '../command/explain.ts';
import { DynamoUnreachable } from './foreign-dynamo.ts';

export interface Circumstances {
  readonly port: number;
  /** Where the data are kept. @default a folder that goes with the process */
  readonly dataDir?: string | undefined;
}

export function explain(error: unknown, { port, dataDir }: Circumstances): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Choose another one: PORT=${port === 3000 ? 3001 : 3000} npm start`;
  if (code === 'EACCES')
    return `Port ${port} is not ours to take. Choose one above 1023: PORT=3000 npm start`;
  if (error instanceof DynamoUnreachable) return error.message;
  return explainFailure(error, 'It could not go on', dataDir);
}
