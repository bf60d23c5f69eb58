/** Which part of the protocol is explored at once. Messages to the customer touch nothing else. */
import { agent } from './move.ts';
import { nothingYet, type State } from './state.ts';

export type Scenario = {
  readonly name: string;
  readonly first: State;
  /** Who is told of the decision. */
  readonly consumers: readonly string[];
  readonly startsAgain: boolean;
};

/** From the customer's request to the captured money, or to nothing left. */
export const order: Scenario = {
  name: 'an order',
  first: { ...nothingYet, agents: [agent('message', 'PlaceOrder')] },
  consumers: ['CapturePayment'],
  startsAgain: true,
};

/** No row of a notification is read by anything else: the rest stands still meanwhile. */
export const message: Scenario = {
  name: 'a message to the customer',
  first: { ...nothingYet, order: 'REJECTED', agents: [agent('message', 'NotifyCustomer')] },
  consumers: ['NotifyCustomer'],
  startsAgain: false,
};

/** The small one first. */
export const scenarios = [message, order] as const;
