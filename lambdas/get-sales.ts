/** GET /sales?day=: what one UTC day sold. */
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoSalesReader } from './adapters/dynamo-sales-reader.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { env } from './contract/names.ts';
import { salesQuery } from './contract/sales-api.ts';
import { reportSales } from './shell/report-sales.ts';

const variables = readEnv(env.readModelTable);
const sales = dynamoSalesReader(createDynamo(), variables[env.readModelTable]);

export const handler = httpEntry(async (request) => {
  const { day } = request.readQuery(salesQuery);
  return { status: 200, body: await reportSales({ sales }, day) };
});
