/** A payment provider that holds the money and says that it has failed, whenever it is asked the same. */
import { plenty } from '../requests.ts';
import type { Scenario, Stage } from './scenario.ts';

const minuteMs = 60_000;
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
    await stage.within(5 * minuteMs, begun);
    if (id) await stage.cancel(id);
  },
};

export const erringProvider: readonly Scenario[] = [found, cancelled];
