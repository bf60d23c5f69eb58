/** The API's actions on queues as such: which there are, and what they are like. */
import { AwsError } from '../gateway/service.ts';
import { accountId, type QueueModel } from '../template/model.ts';
import type { Action, ActionRequest } from './action-request.ts';
import { missingParameter, queueDoesNotExist } from './errors.ts';
import { pageOf } from './paging.ts';
import { queueAttributes } from './queue-attributes.ts';
import type { RegisteredQueue } from './queue-registry.ts';
import { attributeOf, newQueue, readSettings, unsupported } from './queue-settings.ts';

const purgePauseMs = 60_000;

export const queueActions: Readonly<Record<string, Action>> = {
  /** A name that exists is no error as long as what is asked of it is what it is. */
  CreateQueue: (request) => {
    const { QueueName, Attributes, tags } = request.input;
    if (QueueName === undefined) throw missingParameter('QueueName');
    if (tags !== undefined) throw unsupported('This engine keeps no tags.');
    const fresh = newQueue(QueueName);
    const settings = readSettings(Attributes, request.isQueue);
    const existing = request.queues.find(fresh.name);
    if (existing) checkSame(existing.queue.model, settings);
    else request.queues.create({ ...fresh, ...settings });
    request.count('CreateQueue', request.queues.named(fresh.name).queue);
    return { QueueUrl: fresh.url };
  },

  DeleteQueue: (request) => {
    const own = ownQueue(request, 'DeleteQueue');
    request.count('DeleteQueue', own.queue);
    request.queues.delete(own);
    return {};
  },

  SetQueueAttributes: (request) => {
    if (request.input.Attributes === undefined) throw missingParameter('Attributes');
    const own = ownQueue(request, 'SetQueueAttributes');
    const settings = readSettings(request.input.Attributes, request.isQueue);
    request.queues.change(own, { ...own.queue.model, ...settings });
    request.count('SetQueueAttributes', own.queue);
    return {};
  },

  GetQueueAttributes: (request) => {
    const registered = request.registered();
    request.count('GetQueueAttributes', registered.queue);
    const attributes = queueAttributes(registered, request.input.AttributeNames);
    return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
  },

  GetQueueUrl: (request) => {
    const { QueueName, QueueOwnerAWSAccountId: owner = accountId } = request.input;
    if (QueueName === undefined) throw missingParameter('QueueName');
    if (owner !== null && owner !== accountId) throw queueDoesNotExist();
    const { queue } = request.queues.named(QueueName);
    request.count('GetQueueUrl', queue);
    return { QueueUrl: queue.model.url };
  },

  ListQueues: ({ queues, input }) => {
    const prefix = String(input.QueueNamePrefix ?? '');
    const listed = queues.all().filter(({ queue }) => queue.model.name.startsWith(prefix));
    const { urls, nextToken } = pageOf(urlsOf(listed), input);
    return {
      ...(urls.length > 0 && { QueueUrls: urls }),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  ListDeadLetterSourceQueues: (request) => {
    const queue = request.queue();
    request.count('ListDeadLetterSourceQueues', queue);
    const sources = request.queues
      .all()
      .filter(({ queue: { model } }) => model.redrive?.deadLetterArn === queue.model.arn);
    const { urls, nextToken } = pageOf(urlsOf(sources), request.input);
    // AWS spells this member unlike that of ListQueues.
    return { queueUrls: urls, ...(nextToken && { NextToken: nextToken }) };
  },

  PurgeQueue: (request) => {
    const queue = request.queue();
    const { kernel, purgedAtMs } = request;
    if (kernel.now() - (purgedAtMs.get(queue) ?? Number.NEGATIVE_INFINITY) < purgePauseMs) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.model.name} is allowed every 60 seconds.`,
        { status: 403 },
      );
    }
    queue.purge();
    purgedAtMs.set(queue, kernel.now());
    request.count('PurgeQueue', queue);
    return {};
  },
};

const urlsOf = (queues: readonly RegisteredQueue[]): string[] =>
  queues.map(({ queue }) => queue.model.url);

/** A queue of the template is the template's: what drifts from it would be back at the next start. */
function ownQueue(request: ActionRequest, action: string): RegisteredQueue {
  const registered = request.registered();
  if (!registered.isOfTemplate) return registered;
  const { name } = registered.queue.model;
  throw unsupported(`${action}: the template defines the queue ${name}; change it there.`);
}

function checkSame(existing: QueueModel, asked: Partial<QueueModel>): void {
  const members = Object.keys(asked) as (keyof QueueModel)[];
  const other = members.find(
    (member) => JSON.stringify(existing[member]) !== JSON.stringify(asked[member]),
  );
  if (other === undefined) return;
  throw new AwsError(
    'QueueNameExists',
    `A queue already exists with the name ${existing.name} and a different value for attribute ` +
      `${attributeOf(other)}.`,
  );
}
