// A question before something that cannot be taken back.
import { useEffect, useRef } from "preact/hooks";

export interface ConfirmProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  /** Name of the step for `data-action`: "end" makes end-confirm and end-keep. */
  readonly step: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Confirm({ question, yes, no, step, onYes, onNo }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} onCancel={onNo} aria-labelledby="confirm-question">
      <div class="stack">
        <h2 id="confirm-question">{question}</h2>
        <div class="stack-tight confirm-ways">
          <button type="button" class="button button-wide button-main" data-action={`${step}-keep`} onClick={onNo} autofocus>
            {no}
          </button>
          <button type="button" class="button button-wide button-quiet" data-action={`${step}-confirm`} onClick={onYes}>
            {yes}
          </button>
        </div>
      </div>
    </dialog>
  );
}
