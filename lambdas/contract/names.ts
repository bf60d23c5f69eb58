/** Names of the environment variables through which the stack tells a function its resources. */
export const env = {
  ordersTable: 'ORDERS_TABLE',
  catalogueTable: 'CATALOGUE_TABLE',
  stockTable: 'STOCK_TABLE',
  paymentsTable: 'PAYMENTS_TABLE',
  shipmentsTable: 'SHIPMENTS_TABLE',
  notificationsTable: 'NOTIFICATIONS_TABLE',
  readModelTable: 'READ_MODEL_TABLE',
  idempotencyTable: 'IDEMPOTENCY_TABLE',
  parkedTable: 'PARKED_TABLE',
  sandboxTable: 'SANDBOX_TABLE',
  /** JSON: event type → queue URLs. */
  outboxRoutes: 'OUTBOX_ROUTES',
  sagaMachineArn: 'SAGA_MACHINE_ARN',
  recoveryQueueUrl: 'RECOVERY_QUEUE_URL',
  rescueQueueUrl: 'RESCUE_QUEUE_URL',
  /** Milliseconds from placing to the order's deadline. */
  sagaDeadlineMs: 'SAGA_DEADLINE_MS',
  /** Milliseconds for which one trier of a shipment holds the fence. */
  carrierLeaseMs: 'CARRIER_LEASE_MS',
  /** Concurrent executions reserved for the function that waits for newer versions. */
  readerConcurrency: 'READER_CONCURRENCY',
  /** Value of the metric dimension `service`. */
  metricsService: 'METRICS_SERVICE',
} as const;

/** CloudWatch namespace and the one metric our own code emits. */
export const metrics = { namespace: 'Everonce', parked: 'Parked' } as const;

/** Index of the read model for a customer's orders, newest first. */
export const readModelIndex = 'byCustomer';
