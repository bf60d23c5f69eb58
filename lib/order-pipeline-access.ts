/**
 * Who may do what to which table: the whole matrix of the order pipeline. Only constructs grant more,
 * to the functions that they bring along, and a test holds the template to exactly this.
 */
import { env } from '../lambdas/contract/names.ts';
import type { TableAction } from './constructs/pipeline-table.ts';

export type TableVariable = Extract<(typeof env)[keyof typeof env], `${string}_TABLE`>;
export type Access = Partial<Record<TableVariable, readonly TableAction[]>>;

const readOrder: Access = { [env.ordersTable]: ['GetItem'] };
const decideOrder: Access = { [env.ordersTable]: ['GetItem', 'UpdateItem'] };
/** A fence is written on condition first; what refused the condition comes back with the refusal. */
const fence: readonly TableAction[] = ['PutItem'];

export const access: Readonly<Record<string, Access>> = {
  'place-order': { [env.catalogueTable]: ['BatchGetItem'], [env.ordersTable]: ['PutItem'] },
  'get-order': { [env.readModelTable]: ['GetItem', 'UpdateItem'], ...readOrder },
  'list-orders': { [env.readModelTable]: ['BatchGetItem'] },
  'cancel-order': decideOrder,
  'list-products': { [env.catalogueTable]: ['Scan'], [env.stockTable]: ['BatchGetItem'] },
  'get-product': { [env.catalogueTable]: ['GetItem'], [env.stockTable]: ['BatchGetItem'] },
  'put-product': { [env.catalogueTable]: ['PutItem'], [env.stockTable]: ['BatchGetItem'] },
  'adjust-stock': {
    [env.catalogueTable]: ['GetItem'],
    [env.stockTable]: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
    [env.idempotencyTable]: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
  },
  'get-sales': { [env.readModelTable]: ['BatchGetItem'] },
  'reserve-stock': { ...readOrder, [env.stockTable]: ['PutItem', 'UpdateItem'] },
  'release-stock': { [env.stockTable]: ['GetItem', 'PutItem', 'UpdateItem'] },
  'authorize-payment': {
    ...readOrder,
    [env.paymentsTable]: fence,
    [env.sandboxTable]: ['PutItem', 'Query'],
  },
  'void-payment': {
    [env.paymentsTable]: fence,
    [env.sandboxTable]: ['PutItem', 'UpdateItem', 'Query'],
  },
  'book-shipment': {
    ...readOrder,
    [env.shipmentsTable]: fence,
    [env.sandboxTable]: ['PutItem', 'Query'],
  },
  'cancel-shipment': {
    [env.shipmentsTable]: fence,
    [env.sandboxTable]: ['UpdateItem', 'Query'],
  },
  'confirm-order': {
    [env.ordersTable]: ['BatchGetItem', 'UpdateItem'],
    [env.paymentsTable]: ['BatchGetItem'],
    [env.shipmentsTable]: ['BatchGetItem'],
  },
  'reject-order': decideOrder,
  'park-compensation': decideOrder,
  'capture-payment': {
    ...decideOrder,
    [env.paymentsTable]: ['GetItem', 'PutItem'],
    [env.sandboxTable]: ['UpdateItem'],
  },
  'notify-customer': {
    [env.notificationsTable]: ['PutItem', 'UpdateItem'],
    [env.sandboxTable]: ['PutItem'],
  },
  'start-saga': decideOrder,
  'watch-deadline': decideOrder,
  'recover-saga': decideOrder,
};
