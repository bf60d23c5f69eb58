/**
 * Compiled code and idle execution environments that outlive an engine, for the next one of the same
 * assembly: a new environment costs 8 ms of processor time, a warm one none. What a fault has touched
 * is not kept.
 */
import type { FunctionModel } from '../template/model.ts';
import { Bundle } from './bundle.ts';
import type { Environment } from './environment.ts';

export class WarmEnvironments {
  readonly #bundles = new Map<string, Bundle>();
  readonly #idle = new Map<string, Environment[]>();

  /** The compiled code of a function. */
  bundle({ assetDir, handler }: FunctionModel): Bundle {
    const [file = ''] = handler.split('.');
    const key = `${assetDir}/${file}`;
    const bundle = this.#bundles.get(key) ?? new Bundle(assetDir, file);
    this.#bundles.set(key, bundle);
    return bundle;
  }

  take(functionName: string): Environment | undefined {
    return this.#idle.get(functionName)?.pop();
  }

  give(functionName: string, environment: Environment): void {
    if (!environment.isSpotless) return;
    const idle = this.#idle.get(functionName) ?? [];
    this.#idle.set(functionName, idle);
    idle.push(environment);
  }
}
