/** A provider that answers something else than agreed, and repeats what it was told in confidence. */
import { plenty } from '../requests.ts';
import { failsWithinMs } from './failing-steps.ts';
import type { Scenario } from './scenario.ts';

export const garbledAnswers: Scenario = {
  name: 'garbled-answers',
  title:
    'The carrier answers with an address for a number: parked unquoted, undone once it is mended.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const broken = [
      operators.break('book-shipment', 'unheard'),
      operators.break('cancel-shipment', 'misled'),
    ];
    const failed = operators.invocationOf('recover-saga');
    await stage.place('garbled');
    await stage.within(failsWithinMs, failed);
    for (const each of broken) each.mend();
  },
};
