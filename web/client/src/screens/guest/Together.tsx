// The call of a guest: the advisor fills the screen, the customer and the others stand beside.
import { useState } from "preact/hooks";
import { SEATS } from "../../call/places";
import { t } from "../../i18n";
import type { Mode, Side, Standing } from "../../protocol/types";
import { CallView } from "../shared/CallView";
import { Icon } from "../shared/Icon";
import { facesOf, hostFace, leaderOf, roomNotes } from "../shared/people";
import type { GuestRoom } from "./room";

export function Together({ room }: { readonly room: GuestRoom }) {
  const [asking, setAsking] = useState(false);
  const { me, consult, guests } = room.snapshot;
  const { call } = room;
  if (!call) return null;
  const advisor = consult.advisor?.name ?? t("상담사");
  const viewer = me.mode ? "supervisor" : "guest";
  const all = [...guests, me];
  const { absence } = room;
  const standing = (side: Side): Standing => {
    const muted = consult.hosts.find((host) => host.side === side)?.muted ?? false;
    return { state: absence?.side === side ? absence.state : "connected", muted };
  };
  return (
    <>
      <CallView
        call={call}
        media={room.media}
        name={advisor}
        title={consult.advisor?.title ?? ""}
        who={t("상담을")}
        face={advisor.slice(0, 1)}
        recording={{ recorder: consult.recorder, side: null }}
        peer={null}
        absence={absence}
        problem={room.problem}
        hold={room.page.hold}
        opposite={hostFace("customer", t("손님"), "", true, standing("customer"))}
        others={[hostFace("advisor", advisor, consult.advisor?.title ?? "", viewer === "supervisor" || leaderOf(guests) === null, standing("advisor")), ...facesOf(guests, viewer)]}
        front={leaderOf(guests)?.seat ?? SEATS.advisor}
        notes={roomNotes(viewer === "guest" ? all : guests, viewer, consult.recorder)}
        startedAt={consult.started_at ? Date.parse(consult.started_at) : call.liveSince}
        asking={asking}
        onAsk={setAsking}
        onEnd={() => {
          setAsking(false);
          void room.leave();
        }}
        leaves
      />
      {me.mode && <Modes room={room} mode={me.mode} />}
    </>
  );
}

const MODES: readonly { readonly mode: Mode; readonly icon: string; readonly words: () => string; readonly hint: () => string }[] = [
  { mode: "listen", icon: "sound", words: () => t("듣기"), hint: () => t("아무에게도 들리지 않아요") },
  { mode: "whisper", icon: "chat", words: () => t("귓속말"), hint: () => t("상담사에게만 들려요") },
  { mode: "barge", icon: "people", words: () => t("함께 말하기"), hint: () => t("모두에게 보이고 들려요") },
  { mode: "lead", icon: "person", words: () => t("이어받기"), hint: () => t("상담사 대신 손님과 이야기해요") },
];

/** How far the supervisor takes part; what is chosen is what the centre says. */
function Modes({ room, mode }: { readonly room: GuestRoom; readonly mode: Mode }) {
  return (
    <div class="modes" role="radiogroup" aria-label={t("참여 방식")}>
      {MODES.map((each) => (
        <button
          key={each.mode}
          type="button"
          role="radio"
          class="mode"
          aria-checked={each.mode === mode}
          data-action={`mode-${each.mode}`}
          onClick={() => void room.take(each.mode)}
        >
          <Icon name={each.icon} /> <strong>{each.words()}</strong> <small>{each.hint()}</small>
        </button>
      ))}
    </div>
  );
}
