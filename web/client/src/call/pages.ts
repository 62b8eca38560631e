// Two pages of one person would push each other out of the one place they share; the newer one is told to the older.

const CHANNEL = "maru.call";

export interface OtherPages {
  /** Says that this page takes the place now. */
  claim(): void;
  close(): void;
}

/** Listens for a newer page of this browser that takes the same side of the same consult. */
export function watchOtherPages(place: string, onClaimed: () => void): OtherPages {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => void (data === place && onClaimed());
  return { claim: () => channel.postMessage(place), close: () => channel.close() };
}
