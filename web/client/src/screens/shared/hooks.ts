// Preact hooks that several live screens share.
import { useEffect, useState } from "preact/hooks";

interface Changing {
  on(name: "change", listener: () => void): () => void;
}

/** Renders again whenever the thing says that it changed. */
export function useChanges(thing: Changing | null): void {
  const [, setRenders] = useState(0);
  useEffect(() => {
    const again = () => setRenders((renders) => renders + 1);
    again(); // it may have changed between render and effect
    return thing?.on("change", again);
  }, [thing]);
}

/** The time in milliseconds since the epoch, renewed every second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Since when something has been so, in milliseconds since the epoch; null while it is not. */
export function useSince(so: boolean): number | null {
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => setSince(so ? Date.now() : null), [so]);
  return since;
}
