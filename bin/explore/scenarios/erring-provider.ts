/** A payment provider that says that it has failed, whenever it is asked the same, and may hold the money. */
import { minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario, Stage } from './scenario.ts';

const method = 'pm_sandbox_error_after_effect';

const found: Scenario = {
  name: 'erring-provider',
  title:
    'Money is held, and the answer is an error, also to repeats: found, and the order confirmed.',
  stock: plenty,
  run: (stage: Stage) => stage.place('erring', { method }).then(() => {}),
};

const cancelled: Scenario = {
  name: 'erring-provider-cancelled',
  title: 'The same, and the order is cancelled before it can be asked again: found, and let go.',
  stock: plenty,
  async run(stage) {
    const begun = stage.operators.invocationOf('authorize-payment');
    const id = await stage.place('erring', { method });
    await stage.within(5 * minute, begun);
    if (id) await stage.cancel(id);
  },
};

const before: Scenario = {
  name: 'erring-provider-before',
  title:
    'The provider answers an error, also to repeats, and holds nothing: the order is rejected.',
  stock: plenty,
  run: (stage) =>
    stage.place('erring', { method: 'pm_sandbox_error_before_effect' }).then(() => {}),
};

export const erringProvider: readonly Scenario[] = [found, cancelled, before];
