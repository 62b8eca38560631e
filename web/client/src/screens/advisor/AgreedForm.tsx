// What was agreed, in the advisor's words: written during the call or after it, sent after it.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { dropDraft, keepDraft, readDraft } from "./draft";
import type { AdvisorRoom } from "./room";

export const AGREED_LIMIT = 4000; // characters, as branch/consults takes them

export interface AgreedFormProps {
  readonly room: AdvisorRoom;
  readonly consult: string;
  /** The call is over: the text can be sent. The same form stays through the end, so that nobody's half word is lost. */
  readonly ended: boolean;
}

export function AgreedForm({ room, consult, ended }: AgreedFormProps) {
  const [text, setText] = useState(() => readDraft(consult));
  const field = useRef<HTMLTextAreaElement>(null);
  // Browsers heed `autofocus` only once a page, and the question before the end had it.
  useEffect(() => void (ended && field.current?.focus()), [ended]);
  const write = (written: string) => {
    setText(written);
    keepDraft(consult, written);
  };
  const close = async () => {
    if (await room.closeConsult(text.trim())) dropDraft();
  };
  return (
    <form
      class="stack-tight console-paper"
      onSubmit={(event) => {
        event.preventDefault();
        void close();
      }}
    >
      <label class="field">
        <span>{t("함께 정한 내용")}</span>
        <textarea
          ref={field}
          name="agreed"
          rows={4}
          maxLength={AGREED_LIMIT}
          placeholder={t("예: 다음 주까지 소득 서류를 준비해 다시 상담하기로 했어요.")}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      {ended && (
        <button type="submit" class="button button-main" data-action="close-consult" disabled={room.busy || text.trim() === ""}>
          {t("손님께 보여 드리고 마치기")}
        </button>
      )}
    </form>
  );
}
