/** API Gateway's throttle: a bucket that holds `burst` requests and refills at a steady rate. */
import type { ThrottleModel } from '../template/model.ts';

export class TokenBucket {
  readonly #throttle: ThrottleModel;
  #tokens: number;
  #filledAtMs: number;

  constructor(throttle: ThrottleModel, nowMs: number) {
    this.#throttle = throttle;
    this.#tokens = throttle.burst;
    this.#filledAtMs = nowMs;
  }

  /** Whether one more request may pass now; if so, it is counted. */
  take(nowMs: number): boolean {
    const { ratePerSecond, burst } = this.#throttle;
    const refill = (ratePerSecond * (nowMs - this.#filledAtMs)) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + Math.max(0, refill));
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
