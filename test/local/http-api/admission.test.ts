import { describe, expect, it } from 'vitest';
import { Admission } from '../../../local/http-api/admission.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';

/** Every admitted work adds one to the backlog until it is worked off. */
function door(backlogAtStart = 0) {
  const kernel = new VirtualKernel(1);
  let backlog = backlogAtStart;
  const admission = new Admission({ kernel, backlog: () => backlog });
  const entered: number[] = [];
  const enter = (number: number) =>
    admission.admit(async () => {
      backlog++;
      entered.push(number);
      return number;
    });
  const workOff = (count: number) => {
    backlog -= count;
  };
  return { kernel, enter, entered, workOff };
}

describe('admission', () => {
  it('lets requests in at once while little waits', async () => {
    const { enter } = door();
    expect(await Promise.all([enter(1), enter(2)])).toEqual([1, 2]);
  });

  it('lets 200 at once in as room is made, in their order, and loses none', async () => {
    const { kernel, enter, entered, workOff } = door();
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const all = Promise.all(numbers.map(enter));
    expect(entered.length).toBeLessThan(10);
    const works = () => {
      workOff(3);
      if (entered.length < numbers.length) kernel.after(10, 'work', works);
    };
    works();
    expect(await kernel.drive(all)).toEqual(numbers);
    expect(entered).toEqual(numbers);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  it('sends a request away whose turn does not come within 30 seconds', async () => {
    const { kernel, enter, entered } = door(100);
    const start = kernel.now();
    expect(await kernel.drive(enter(1))).toBe('too late');
    expect(kernel.now() - start).toBe(30_000);
    expect(entered).toEqual([]);
  });
});
