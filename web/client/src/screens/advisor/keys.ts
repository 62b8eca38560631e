// Keyboard of the console: Alt shows the hints, Alt with a key acts. Codes, not letters, since Alt changes letters.

export interface KeyActions {
  readonly accept: () => void;
  readonly mute: () => void;
  readonly camera: () => void;
  readonly end: () => void;
}

const KEYS: Readonly<Record<string, keyof KeyActions>> = { Digit1: "accept", KeyM: "mute", KeyV: "camera", KeyE: "end" };

/** The action a pressed key asks for; null when it is not ours. */
export function actionOf(event: Pick<KeyboardEvent, "altKey" | "ctrlKey" | "metaKey" | "code" | "repeat">): keyof KeyActions | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return null;
  return KEYS[event.code] ?? null;
}

/** Listens to the whole page; returns the function that stops. Hints show through `data-keys` on the root element. */
export function listenToKeys(actions: KeyActions): () => void {
  const root = document.documentElement;
  const hint = (shown: boolean) => root.toggleAttribute("data-keys", shown);
  const down = (event: KeyboardEvent) => {
    if (event.key === "Alt") hint(true);
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    actions[action]();
  };
  const up = (event: KeyboardEvent) => event.key === "Alt" && hint(false);
  const away = () => hint(false);
  window.addEventListener("keydown", down);
  window.addEventListener("keyup", up);
  window.addEventListener("blur", away);
  return () => {
    window.removeEventListener("keydown", down);
    window.removeEventListener("keyup", up);
    window.removeEventListener("blur", away);
  };
}
