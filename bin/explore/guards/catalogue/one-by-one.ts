/**
 * What a store does that writes the items of its transaction one after the other: the text of a
 * function that takes the place of the transaction, and answers a refused condition as that would.
 */
import type { SourceEdit } from '../guard.ts';

const oneByOne = `
import {
  PutItemCommand as OnePut,
  TransactionCanceledException as Cancelled,
  UpdateItemCommand as OneUpdate,
} from '@aws-sdk/client-dynamodb';
async function oneByOne(client, items) {
  for (const [index, { Put, Update }] of items.entries())
    try {
      await client.send(Put ? new OnePut(Put) : new OneUpdate(Update));
    } catch (error) {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
      const refused = { Code: 'ConditionalCheckFailed', Item: error.Item };
      const CancellationReasons = items.map((_, at) => (at === index ? refused : { Code: 'None' }));
      throw new Cancelled({ message: 'refused', $metadata: {}, CancellationReasons });
    }
}
`;

/** `transaction` is the command's text in `file`, `items` its list of writes. */
export const withoutTransaction = (
  file: string,
  { transaction, items, before }: { transaction: string; items: string; before: string },
): SourceEdit[] => [
  {
    file,
    find: `client.send(new TransactWriteItemsCommand(${transaction})),`,
    replace: `oneByOne(client, ${items}),`,
  },
  { file, find: before, replace: `${oneByOne}${before}` },
];
