/** Stands between functions and everything else: faults around calls and around invocations. */
import type { Engine } from '../../local/engine.ts';
import type { Call, Interceptor } from '../../local/gateway/gateway.ts';
import type { InvokeOutcome } from '../../local/lambda/invoker.ts';
import type { LambdaHost } from '../../local/lambda/lambda-host.ts';

/** Sees an invocation of a function, by its entry, on the way there and back. */
export type InvokeInterceptor = (
  entry: string,
  next: () => Promise<InvokeOutcome>,
) => Promise<InvokeOutcome>;

export class Meddler {
  readonly #entries: ReadonlyMap<string, string>;
  readonly #faults = new Set<Interceptor>();
  readonly #invokeFaults = new Set<InvokeInterceptor>();

  /** `entries`: by function name. */
  constructor(engine: Engine, entries: ReadonlyMap<string, string>) {
    this.#entries = entries;
    engine.gateway.intercept((call, next) => this.#meddle(call, next));
    this.#interceptInvocations(engine.lambdas);
  }

  /** Puts `fault` around all calls; returns the way to end it. */
  disturb(fault: Interceptor): () => void {
    this.#faults.add(fault);
    return () => void this.#faults.delete(fault);
  }

  /** Puts `fault` around all invocations; returns the way to end it. */
  disturbInvocations(fault: InvokeInterceptor): () => void {
    this.#invokeFaults.add(fault);
    return () => void this.#invokeFaults.delete(fault);
  }

  async #meddle(call: Call, next: () => Promise<object>): Promise<object> {
    if (call.caller.roleArn === undefined) return next();
    const chain = [...this.#faults].reduce<() => Promise<object>>(
      (inner, fault) => () => fault(call, inner),
      next,
    );
    return chain();
  }

  /** What calls functions does so through this one object. */
  #interceptInvocations(lambdas: LambdaHost): void {
    const invoke = lambdas.invoke.bind(lambdas);
    lambdas.invoke = (name, event, source) => {
      const chain = [...this.#invokeFaults].reduce<() => Promise<InvokeOutcome>>(
        (inner, fault) => () => fault(this.#entries.get(name) ?? name, inner),
        () => invoke(name, event, source),
      );
      return chain();
    };
  }
}
