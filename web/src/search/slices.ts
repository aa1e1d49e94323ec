/** Long work in short slices, so that the page answers in between. */

const SLICE_MS = 20; // half of what a person feels, as a busy machine takes longer

/** Lets the page go first, then comes back at once: timers would wait for milliseconds each time. */
export function breathe(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}

/** Counts the time since the page was last let go first. */
export class Slice {
  private began = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  get isOver(): boolean {
    return performance.now() - this.began >= SLICE_MS;
  }

  /** False: somebody asked for something else meanwhile. */
  async rest(): Promise<boolean> {
    await breathe();
    this.began = performance.now();
    return !this.signal.aborted;
  }
}
