// The consult cannot be shown: what happened, what is safe, what to do now.
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import { errorSentence } from "../shared/sentences";
import type { ConsultRoom } from "./room";
import { Shell } from "./Shell";

export function Problem({ room }: { readonly room: ConsultRoom }) {
  const { problem } = room;
  if (!problem) return null;
  const ways = (
    <>
      {!problem.final && (
        <button type="button" class="button button-main button-wide" data-action="retry" onClick={() => void room.refresh()}>
          <Icon name="refresh" /> {t("다시 시도하기")}
        </button>
      )}
      <button type="button" class={`button button-wide ${problem.final ? "button-main" : "button-quiet"}`} data-action="leave" onClick={() => room.leave()}>
        {t("처음으로")}
      </button>
    </>
  );
  return (
    <Shell room={room} ways={ways} centred>
      <div class="error">
        <Icon name="warn" />
        <h1>{errorSentence(problem)}</h1>
        <p class="error-safe">{t("지금까지의 방문 기록은 그대로 있어요.")}</p>
        <p class="error-code">{problem.code}</p>
      </div>
    </Shell>
  );
}

export function Loading({ room }: { readonly room: ConsultRoom }) {
  return (
    <Shell room={room} centred>
      <p class="quiet-wait" role="status">
        {t("잠시만 기다려 주세요.")}
      </p>
    </Shell>
  );
}
