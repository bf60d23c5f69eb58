/** All cases, by service. */
import type { Case } from './case.ts';
import { beyondCases } from './cases/beyond.ts';
import { itemCases } from './cases/dynamodb-items.ts';
import { tableCases } from './cases/dynamodb-tables.ts';
import { transactionCases } from './cases/dynamodb-transactions.ts';
import { messageCases } from './cases/sqs-messages.ts';
import { queueCases } from './cases/sqs-queues.ts';
import { executionCases } from './cases/states-executions.ts';
import { languageCases } from './cases/states-language.ts';
import { machineCases } from './cases/states-machines.ts';
import { streamCases } from './cases/streams.ts';

export const cases: readonly Case[] = [
  ...itemCases,
  ...transactionCases,
  ...tableCases,
  ...streamCases,
  ...messageCases,
  ...queueCases,
  ...languageCases,
  ...machineCases,
  ...executionCases,
  ...beyondCases,
];
