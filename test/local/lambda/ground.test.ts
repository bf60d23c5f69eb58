import { describe, expect, it } from 'vitest';
import { RealKernel } from '../../../local/kernel/real-kernel.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { Ground } from '../../../local/lambda/ground.ts';

describe('what an environment stands on', () => {
  it('has the time of its kernel, by a clock that may be wrong', async () => {
    const kernel = new VirtualKernel(1);
    const ground = new Ground(kernel);
    ground.clockSkewMs = -5000;
    await kernel.advance(100);
    expect(ground.now()).toBe(kernel.now() - 5000);
  });

  it('has timers that a wrong clock does not move', async () => {
    const kernel = new VirtualKernel(1);
    const ground = new Ground(kernel);
    ground.clockSkewMs = 5000;
    const rung: number[] = [];
    const startMs = kernel.now();
    ground.after(100, 'bell', () => void rung.push(kernel.now() - startMs));
    await kernel.advance(1000);
    expect(rung).toEqual([100]);
  });

  it('has a right clock under the next kernel', () => {
    const ground = new Ground(new VirtualKernel(1));
    ground.clockSkewMs = 5000;
    const next = new VirtualKernel(2, 1_000_000);
    ground.adopt(next);
    expect(ground.now()).toBe(1_000_000);
  });

  it('has chance from the kernel’s seed, whatever it was used for before', () => {
    const drawn = (ground: Ground, seed: number) => {
      ground.adopt(new VirtualKernel(seed));
      ground.reseed();
      return [ground.random(), ground.random()];
    };
    const used = new Ground(new VirtualKernel(3));
    for (let times = 0; times < 5; times++) used.random();
    const fresh = drawn(new Ground(new VirtualKernel(1)), 7);
    expect(drawn(used, 7)).toEqual(fresh);
    expect(drawn(used, 8)).not.toEqual(fresh);
  });

  it('draws from its kernel once for all that an invocation draws', () => {
    const left = (draws: number): number => {
      const kernel = new VirtualKernel(1);
      const ground = new Ground(kernel);
      ground.reseed();
      for (let times = 0; times < draws; times++) ground.random();
      return kernel.random();
    };
    expect(left(0)).toBe(left(9));
  });

  it('has real chance in real time', () => {
    const kernel = new RealKernel();
    const draw = () => {
      const ground = new Ground(kernel);
      ground.reseed();
      return ground.random();
    };
    expect(draw()).not.toBe(draw());
    kernel.stop();
  });
});
