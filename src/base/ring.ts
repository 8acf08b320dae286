import { invariant } from './invariant.ts';

/** A first-in first-out queue with access by index; all operations take constant time. */
export class Ring<T> {
  length = 0;
  private head = 0;
  private slots: (T | undefined)[] = new Array(16).fill(undefined);

  push(item: T): void {
    if (this.length === this.slots.length) this.grow();
    this.slots[(this.head + this.length) & (this.slots.length - 1)] = item;
    this.length++;
  }

  /** The item at `index`, 0 being the oldest. */
  at(index: number): T {
    invariant(index >= 0 && index < this.length, `ring: index ${index} is outside of ${this.length} items`);
    return this.slots[(this.head + index) & (this.slots.length - 1)] as T;
  }

  /** Removes and returns the oldest item. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.length--;
    if (this.length === 0 && this.slots.length > 1024) this.clear();
    return item;
  }

  /** Removes and returns the newest item. */
  pop(): T | undefined {
    if (this.length === 0) return undefined;
    const at = (this.head + this.length - 1) & (this.slots.length - 1);
    const item = this.slots[at];
    this.slots[at] = undefined;
    this.length--;
    return item;
  }

  clear(): void {
    this.slots = new Array(16).fill(undefined);
    this.head = 0;
    this.length = 0;
  }

  /** The first index whose item satisfies `test`, which must be false for a prefix and true for the rest. */
  findFirst(test: (item: T) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(this.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Capacity stays a power of two, so that an index wraps by a mask. */
  private grow(): void {
    const slots: (T | undefined)[] = new Array(this.slots.length * 2).fill(undefined);
    for (let index = 0; index < this.length; index++) slots[index] = this.at(index);
    this.slots = slots;
    this.head = 0;
  }
}
