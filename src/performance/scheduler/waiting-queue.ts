import type { RequestState } from './request-state.ts';

/** First come, first served; preempted requests go back to the front. */
export class WaitingQueue {
  private items: RequestState[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  peek(): RequestState | undefined {
    return this.items[this.head];
  }

  push(request: RequestState): void {
    this.items.push(request);
  }

  shift(): void {
    this.head++;
    if (this.head > COMPACT_AT) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }

  unshift(request: RequestState): void {
    if (this.head > 0) this.items[--this.head] = request;
    else this.items.unshift(request);
  }

  remove(request: RequestState): void {
    this.items = this.items.slice(this.head).filter((item) => item !== request);
    this.head = 0;
  }
}

const COMPACT_AT = 1024;
