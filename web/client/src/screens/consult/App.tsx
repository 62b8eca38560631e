// The consult page of a customer: one page through all states, led by the centre's snapshot.
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useChanges } from "../shared/hooks";
import { Agreed, Cancelled, Ended, Survey, Thanks } from "./After";
import { Consent } from "./Consent";
import { DeviceCheck } from "./DeviceCheck";
import { IdleWarning } from "./IdleWarning";
import { Loading, Problem } from "./Problem";
import type { ConsultRoom } from "./room";
import type { Screen } from "./screen";
import { Talk } from "./Talk";
import { WaitingRoom } from "./WaitingRoom";

const SCREENS: Readonly<Record<Screen, ComponentType<{ room: ConsultRoom }>>> = {
  loading: Loading,
  problem: Problem,
  consent: Consent,
  check: DeviceCheck,
  waiting: WaitingRoom,
  call: Talk,
  ended: Ended,
  agreed: Agreed,
  survey: Survey,
  thanks: Thanks,
  cancelled: Cancelled,
};

export function App({ room }: { readonly room: ConsultRoom }) {
  useChanges(room);
  useChanges(room.call);
  const { screen } = room;
  const Now = SCREENS[screen];
  useEffect(() => window.scrollTo(0, 0), [screen]);
  return (
    <div
      class="consult is-remote"
      data-screen={screen}
      data-state={room.view?.state ?? screen}
      data-call={room.call?.session.state}
      data-line={room.line}
    >
      <Now room={room} />
      {room.page.idle && <IdleWarning room={room} screen={screen} usual={room.page.idle} />}
    </div>
  );
}
