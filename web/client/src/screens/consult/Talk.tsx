// The call itself, as the customer sees it.
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { CallView } from "../shared/CallView";
import { facesOf, hostFace, leaderOf, present, roleLabel, roomNotes } from "../shared/people";
import { HelpButton } from "./HelpButton";
import type { ConsultRoom } from "./room";

export function Talk({ room }: { readonly room: ConsultRoom }) {
  const [asking, setAsking] = useState(false);
  const { view, call } = room;
  if (!view || !call) return <Joining room={room} />;
  const leader = leaderOf(view.guests);
  const advisor = view.advisor?.name ?? t("상담사");
  const name = leader?.name ?? advisor;
  const begun = view.started_at ? Date.parse(view.started_at) : call.liveSince;
  return (
    <CallView
      call={call}
      media={room.media}
      name={name}
      title={leader ? roleLabel("supervisor") : (view.advisor?.title ?? "")}
      who={t("{name}님을", { name })}
      face={name.slice(0, 1)}
      extra={room.page.at === "kiosk" ? <HelpButton room={room} class="call-person" /> : undefined}
      recording={{ recorder: view.recorder, side: "customer", onPause: (paused) => void room.pauseRecording(paused) }}
      peer={room.peer}
      hold={room.page.hold}
      shares={room.page.at !== "kiosk"}
      opposite={hostFace("advisor", advisor, view.advisor?.title ?? "", leader === null, present(room.peer))}
      others={facesOf(view.guests, "customer")}
      front={leader?.seat}
      notes={roomNotes(view.guests, "customer", view.recorder)}
      problem={room.problem}
      startedAt={begun}
      asking={asking}
      onAsk={setAsking}
      onEnd={() => {
        setAsking(false);
        void room.end();
      }}
    />
  );
}

function Joining({ room }: { readonly room: ConsultRoom }) {
  return (
    <section class="call">
      {room.page.at === "kiosk" && <HelpButton room={room} class="call-person" />}
      <div class="call-waiting" role="status">
        <p class="quiet-wait">{t("상담사를 연결하고 있어요.")}</p>
      </div>
    </section>
  );
}
