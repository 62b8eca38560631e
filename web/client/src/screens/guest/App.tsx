// The page of one more person in a consult: invited by a link, or a manager who supervises.
import type { ComponentType } from "preact";
import { t } from "../../i18n";
import { DeviceCheck } from "../consult/DeviceCheck";
import { Shell } from "../consult/Shell";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { roleLabel } from "../shared/people";
import type { GuestRoom, GuestScreen } from "./room";
import { Together } from "./Together";

const SCREENS: Readonly<Record<GuestScreen, ComponentType<{ room: GuestRoom }>>> = {
  consent: Welcome,
  joining: Joining,
  check: DeviceCheck,
  call: Together,
  left: Left,
  removed: Removed,
  over: Over,
};

export function App({ room }: { readonly room: GuestRoom }) {
  useChanges(room);
  useChanges(room.call);
  const { screen } = room;
  const Now = SCREENS[screen];
  return (
    <div class="consult is-remote" data-screen={screen} data-call={room.call?.session.state} data-line={room.line} data-mode={room.snapshot.me.mode ?? undefined}>
      <Now room={room} />
    </div>
  );
}

/** Who invites, as what, and one button that agrees and joins; both ways in sight without scrolling. */
function Welcome({ room }: { readonly room: GuestRoom }) {
  const { consent, recorded } = room.page;
  const { me, consult } = room.snapshot;
  const ways = recorded ? (
    <>
      <button type="button" class="button button-main button-wide" data-action="agree" disabled={room.busy} onClick={() => void room.consent(true)}>
        {consent?.agree}
      </button>
      {!consent?.required && (
        <button type="button" class="button button-quiet button-wide" data-action="agree-without" disabled={room.busy} onClick={() => void room.consent(false)}>
          {t("동의하지 않고 들어가기")}
        </button>
      )}
    </>
  ) : (
    <button type="button" class="button button-main button-wide" data-action="agree" disabled={room.busy} onClick={() => void room.consent(false)}>
      {t("들어가기")}
    </button>
  );
  return (
    <Shell room={room} ways={ways}>
      <p class="eyebrow">{roleLabel(me.role)}</p>
      <h1>{t("{name}님, 상담에 초대받으셨어요", { name: me.name })}</h1>
      <p class="lead">{consult.advisor ? t("{name} {title}님과 이야기하고 있어요.", { name: consult.advisor.name, title: consult.advisor.title }) : null}</p>
      {recorded ? (
        <ul class="consent-lines">
          {consent?.lines.slice(0, 3).map((line) => <li key={line}>{line}</li>)}
          <li>{consent?.required ? t("이 상담은 꼭 녹화해야 해서, 동의하신 분만 함께하실 수 있어요.") : t("동의하지 않고 들어오시면, 함께 계신 동안 모두의 녹화를 멈춰요.")}</li>
        </ul>
      ) : (
        <p>{t("이 상담은 녹화하지 않아요.")}</p>
      )}
    </Shell>
  );
}

/** Back in the call at once; should that fail, the way to try again. */
function Joining({ room }: { readonly room: GuestRoom }) {
  const again = (
    <button type="button" class="button button-main button-wide" data-action="retry" disabled={room.busy} onClick={() => void room.ready()}>
      <Icon name="refresh" /> {t("다시 시도하기")}
    </button>
  );
  return (
    <Shell room={room} ways={room.problem ? again : undefined} centred>
      <p class="quiet-wait" role="status">
        {t("상담을 준비하고 있어요")}
      </p>
    </Shell>
  );
}

function Left({ room }: { readonly room: GuestRoom }) {
  const again = (
    <button type="button" class="button button-main button-wide" data-action="come-back" disabled={room.busy} onClick={() => void room.ready()}>
      <Icon name="refresh" /> {t("다시 들어가기")}
    </button>
  );
  return (
    <Shell room={room} ways={again} centred>
      <h1>{t("상담에서 나오셨어요")}</h1>
      <p class="lead">{t("상담이 끝나기 전에는 다시 들어오실 수 있어요.")}</p>
    </Shell>
  );
}

function Removed({ room }: { readonly room: GuestRoom }) {
  return (
    <Shell room={room} centred>
      <h1>{t("초대가 끝났어요")}</h1>
      <p class="lead">{t("함께해 주셔서 고맙습니다. 이 창은 닫으셔도 돼요.")}</p>
    </Shell>
  );
}

function Over({ room }: { readonly room: GuestRoom }) {
  return (
    <Shell room={room} centred>
      <h1>{t("상담이 끝났어요")}</h1>
      <p class="lead">{t("함께해 주셔서 고맙습니다. 이 창은 닫으셔도 돼요.")}</p>
      {room.page.leaveUrl && (
        <a class="button button-main" href={room.page.leaveUrl}>
          {t("돌아가기")}
        </a>
      )}
    </Shell>
  );
}
