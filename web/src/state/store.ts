/** A value that changes, and those who want to know. */
import { useEffect, useState } from "preact/hooks";

export class Store<T extends object> {
  private readonly listeners = new Set<(now: T, before: T) => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(change: Partial<T> | ((now: T) => Partial<T>)): void {
    const before = this.value;
    const parts = typeof change === "function" ? change(before) : change;
    if (Object.entries(parts).every(([key, part]) => Object.is(part, before[key as keyof T]))) return;
    this.value = { ...before, ...parts };
    for (const listener of this.listeners) listener(this.value, before);
  }

  /** Calls back on each change until the answer is called. */
  watch(listener: (now: T, before: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The value within a component, which is drawn again when it changes. */
export function useStore<T extends object>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(store.get());
    return store.watch((now) => setValue(now));
  }, [store]);
  return value;
}

/** A part of the value: the component is drawn again when that part changes, and not when anything else does. */
export function usePart<T extends object, P>(store: Store<T>, part: (value: T) => P): P {
  const [value, setValue] = useState(() => part(store.get()));
  useEffect(() => {
    setValue(() => part(store.get()));
    return store.watch((now) => setValue(() => part(now)));
  }, [store]);
  return value;
}
