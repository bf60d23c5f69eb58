/**
 * Who may do what to which table: the whole matrix of the order pipeline. Nothing else grants access
 * to a table, and a test holds the template to exactly this.
 */
import { env } from '../lambdas/contract/names.ts';
import type { TableAction } from './constructs/pipeline-table.ts';

export type TableVariable = Extract<(typeof env)[keyof typeof env], `${string}_TABLE`>;
export type Access = Partial<Record<TableVariable, readonly TableAction[]>>;

const readOrder: Access = { [env.ordersTable]: ['GetItem'] };
const decideOrder: Access = { [env.ordersTable]: ['GetItem', 'UpdateItem'] };
const provider: readonly TableAction[] = ['GetItem', 'PutItem', 'UpdateItem', 'Query'];
const fence: readonly TableAction[] = ['GetItem', 'PutItem', 'UpdateItem'];
const stock: readonly TableAction[] = ['GetItem', 'PutItem', 'UpdateItem'];

export const access: Readonly<Record<string, Access>> = {
  'place-order': { [env.catalogueTable]: ['BatchGetItem'], [env.ordersTable]: ['PutItem'] },
  'get-order': { [env.readModelTable]: ['GetItem', 'UpdateItem'], ...readOrder },
  'list-orders': { [env.readModelTable]: ['BatchGetItem'] },
  'cancel-order': decideOrder,
  'list-products': { [env.catalogueTable]: ['Scan'], [env.stockTable]: ['BatchGetItem'] },
  'get-product': { [env.catalogueTable]: ['GetItem'], [env.stockTable]: ['GetItem'] },
  'put-product': { [env.catalogueTable]: ['PutItem'], [env.stockTable]: ['GetItem'] },
  'adjust-stock': {
    [env.catalogueTable]: ['GetItem'],
    [env.stockTable]: stock,
    [env.idempotencyTable]: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
  },
  'get-sales': { [env.readModelTable]: ['BatchGetItem'] },
  'reserve-stock': { ...readOrder, [env.stockTable]: stock },
  'release-stock': { [env.stockTable]: stock },
  'authorize-payment': { ...readOrder, [env.paymentsTable]: fence, [env.sandboxTable]: provider },
  'void-payment': { [env.paymentsTable]: fence, [env.sandboxTable]: provider },
  'book-shipment': { ...readOrder, [env.shipmentsTable]: fence, [env.sandboxTable]: provider },
  'cancel-shipment': { [env.shipmentsTable]: fence, [env.sandboxTable]: provider },
  'confirm-order': {
    ...decideOrder,
    [env.paymentsTable]: ['BatchGetItem'],
    [env.shipmentsTable]: ['BatchGetItem'],
  },
  'reject-order': decideOrder,
  'park-compensation': decideOrder,
  'capture-payment': {
    ...decideOrder,
    [env.paymentsTable]: fence,
    [env.sandboxTable]: provider,
  },
  'notify-customer': {
    [env.notificationsTable]: fence,
    [env.sandboxTable]: provider,
  },
  'start-saga': decideOrder,
  'watch-deadline': decideOrder,
  'recover-saga': decideOrder,
};
