// Who else is in the consult: inviting somebody by a link or its QR code, seeing who is there, taking a seat back.
import { useState } from "preact/hooks";
import type { Invitation, Wish } from "../../protocol/guests";
import type { AdvisorConsult, GuestCard } from "../../protocol/types";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import { roleLabel } from "../shared/people";
import type { AdvisorRoom } from "./room";

const ROLES: readonly Wish["role"][] = ["companion", "interpreter", "expert"];
const NAME_LIMIT = 40; // characters, as branch/consults takes them

export function Guests({ room, consult }: { readonly room: AdvisorRoom; readonly consult: AdvisorConsult }) {
  const [asking, setAsking] = useState(false);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const invited = consult.guests.some(({ id, state }) => id === invitation?.guest.id && state === "invited");
  return (
    <section class="guests" aria-label={t("함께하는 분")}>
      <header class="guests-head">
        <h3>{t("함께하는 분")}</h3>
        {!asking && (
          <button type="button" class="button button-quiet button-small" data-action="invite" onClick={() => setAsking(true)}>
            <Icon name="people" /> {t("초대하기")}
          </button>
        )}
      </header>
      {asking && <InviteForm room={room} onDone={(sent) => (setInvitation(sent ?? invitation), setAsking(false))} />}
      <ul class="guest-list">
        {consult.guests.map((guest) => (
          <Guest key={guest.id} guest={guest} room={room} />
        ))}
      </ul>
      {invitation && invited && <Link invitation={invitation} />}
    </section>
  );
}

function InviteForm({ room, onDone }: { readonly room: AdvisorRoom; readonly onDone: (sent: Invitation | null) => void }) {
  const [role, setRole] = useState<Wish["role"]>("companion");
  const [name, setName] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    const sent = await room.invite({ role, name: name.trim() });
    if (sent) onDone(sent);
  };
  return (
    <form class="stack-tight invite" onSubmit={(event) => void send(event)}>
      <div class="invite-roles" role="radiogroup" aria-label={t("어떤 분인가요?")}>
        {ROLES.map((each) => (
          <label key={each} class="invite-role">
            <input type="radio" name="guest-role" value={each} checked={each === role} onChange={() => setRole(each)} /> <span>{roleLabel(each)}</span>
          </label>
        ))}
      </div>
      <label class="field">
        <span>{t("성함")}</span>
        <input name="guest-name" maxLength={NAME_LIMIT} required value={name} onInput={(event) => setName(event.currentTarget.value)} autocomplete="off" />
      </label>
      <div class="row">
        <button type="submit" class="button button-main button-small" data-action="send-invitation" disabled={room.busy || name.trim() === ""}>
          {t("초대 주소 만들기")}
        </button>
        <button type="button" class="button button-quiet button-small" onClick={() => onDone(null)}>
          {t("그만두기")}
        </button>
      </div>
    </form>
  );
}

function Link({ invitation }: { readonly invitation: Invitation }) {
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard?.writeText(invitation.link).then(() => setCopied(true));
  return (
    <div class="invite-link">
      <img class="invite-qr" src={invitation.qr} alt={t("초대 주소 QR 코드")} />
      <div class="stack-tight">
        <p class="small">{t("한 분만, 30분 안에 열 수 있어요.")}</p>
        <input class="invite-address" readOnly value={invitation.link} aria-label={t("초대 주소")} data-invitation onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button button-quiet button-small" data-action="copy-invitation" onClick={copy}>
          <Icon name={copied ? "check" : "paper"} /> {copied ? t("복사했어요") : t("주소 복사하기")}
        </button>
      </div>
    </div>
  );
}

const STATES: Readonly<Record<string, () => string>> = {
  invited: () => t("기다리고 있어요"),
  joined: () => t("함께하고 있어요"),
  left: () => t("잠시 나갔어요"),
};

function Guest({ guest, room }: { readonly guest: GuestCard; readonly room: AdvisorRoom }) {
  return (
    <li class="guest" data-guest={guest.id} data-state={guest.state}>
      <span>
        <strong>{guest.name}</strong> <small>{`${roleLabel(guest.role)} · ${STATES[guest.state]?.() ?? ""}`}</small>
      </span>
      {guest.mode === null && (
        <button type="button" class="button button-quiet button-small" data-action="remove-guest" disabled={room.busy} onClick={() => void room.removeGuest(guest.id)}>
          {guest.state === "invited" ? t("초대 거두기") : t("내보내기")}
        </button>
      )}
    </li>
  );
}
