/**
 * Bounds frames that cost the server more than the client: resets, and those that carry nothing (CVE-2019-9512, CVE-2023-44487,
 * CVE-2024-27316, CVE-2025-8671).
 */
import { ConnectionError, ErrorCode } from './frames.ts';

export interface FloodLimits {
  /** Streams that end by RST_STREAM of the client or by its mistake: at once, and per second in the long run. */
  readonly resetsBurst: number;
  readonly resetsPerSecond: number;
  /** PING, SETTINGS, WINDOW_UPDATE, PRIORITY, CONTINUATION, empty DATA, unknown and idle frames, likewise. */
  readonly controlBurst: number;
  readonly controlPerSecond: number;
  /** Who takes much must say so often: bytes sent to the client that allow it one more control frame. */
  readonly sentBytesPerControl: number;
}

export const FLOOD_LIMITS: FloodLimits = {
  resetsBurst: 1000,
  resetsPerSecond: 200,
  controlBurst: 10_000,
  controlPerSecond: 2000,
  sentBytesPerControl: 1024,
};

export class FloodGuard {
  readonly #limits: FloodLimits;
  readonly #nowMs: () => number;
  #lastMs: number;
  #resets: number;
  #control: number;
  #sentBytes = 0;

  constructor(limits: FloodLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
    this.#resets = limits.resetsBurst;
    this.#control = limits.controlBurst;
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** Throws ConnectionError when there were too many. */
  reset(): void {
    if (this.#resets < 1) this.#refill();
    if (this.#resets-- < 1) throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too-many-resets');
  }

  /** Throws ConnectionError when there were too many. */
  control(): void {
    if (this.#control < 1) this.#refill();
    if (this.#control-- < 1) throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too-many-control-frames');
  }

  #refill(): void {
    const now = this.#nowMs();
    const seconds = Math.max(0, now - this.#lastMs) / 1000;
    this.#lastMs = now;
    const { resetsBurst, resetsPerSecond, controlBurst, controlPerSecond, sentBytesPerControl } = this.#limits;
    this.#resets = Math.min(resetsBurst, this.#resets + seconds * resetsPerSecond);
    const earned = seconds * controlPerSecond + this.#sentBytes / sentBytesPerControl;
    this.#sentBytes = 0;
    this.#control = Math.min(controlBurst, this.#control + earned);
  }
}
