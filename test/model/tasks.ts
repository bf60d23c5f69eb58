/** Every task by the name of its state in the machine, or of its Lambda, and the entry that it runs. */
import { capturePayment, notifyCustomer } from './consumers.ts';
import type { Stage, Task } from './move.ts';
import { cancelOrder, confirmOrder, parkCompensation, placeOrder, rejectOrder } from './order.ts';
import { authorizePayment, voidPayment } from './payment.ts';
import { recoverSaga } from './recovery.ts';
import { bookShipment, cancelShipment } from './shipment.ts';
import type { Agent } from './state.ts';
import { releaseStock, reserveStock } from './stock.ts';

type Listed = { readonly task: Task; readonly entries: readonly string[] };
const listed = (task: Task, ...entries: readonly string[]): Listed => ({ task, entries });

const tasks: Readonly<Record<string, Listed>> = {
  PlaceOrder: listed(placeOrder, 'place-order'),
  CancelOrder: listed(cancelOrder, 'cancel-order'),
  ReserveStock: listed(reserveStock, 'reserve-stock'),
  AuthorizePayment: listed(authorizePayment, 'authorize-payment'),
  BookShipment: listed(bookShipment, 'book-shipment'),
  ConfirmOrder: listed(confirmOrder, 'confirm-order'),
  RejectOrder: listed(rejectOrder, 'reject-order'),
  CancelShipment: listed(cancelShipment, 'cancel-shipment'),
  VoidPayment: listed(voidPayment, 'void-payment'),
  ReleaseStock: listed(releaseStock, 'release-stock'),
  ParkCancelShipment: listed(parkCompensation('CancelShipment'), 'park-compensation'),
  ParkVoidPayment: listed(parkCompensation('VoidPayment'), 'park-compensation'),
  ParkReleaseStock: listed(parkCompensation('ReleaseStock'), 'park-compensation'),
  RecoverSaga: listed(recoverSaga, 'start-saga', 'recover-saga', 'watch-deadline'),
  CapturePayment: listed(capturePayment, 'capture-payment'),
  NotifyCustomer: listed(notifyCustomer, 'notify-customer'),
};

type Place = Pick<Agent, 'task' | 'stage'>;

export function stageOf({ task, stage }: Place): Stage {
  const found = tasks[task]?.task[stage];
  if (!found) throw new Error(`the model has no stage ${stage} of ${task}`);
  return found;
}

export const entriesOf = (task: string): readonly string[] => tasks[task]?.entries ?? [];

export const allEntries: ReadonlySet<string> = new Set(
  Object.values(tasks).flatMap(({ entries }) => entries),
);

const places = new Map(
  Object.entries(tasks)
    .flatMap(([name, { task }]) => Object.keys(task).map((stage) => `${name}.${stage}`))
    .map((place, index) => [place, String.fromCharCode('0'.charCodeAt(0) + index)]),
);

/** One character for each place in the code. */
export const placeCode = ({ task, stage }: Place): string => places.get(`${task}.${stage}`) ?? '';
