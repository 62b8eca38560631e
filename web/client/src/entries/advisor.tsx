// The advisor console.
import { dressFrom } from "../call/backdrop";
import { LocalMedia } from "../call/devices";
import { keepFresh } from "../call/ice-servers";
import { placeholderTrack } from "../call/placeholder";
import { readPage } from "../page";
import { restartWhenRestored } from "../screens/shared/expired";
import { StaffSocket } from "../protocol/sockets";
import { App } from "../screens/advisor/App";
import { AdvisorRoom, type AdvisorPage } from "../screens/advisor/room";
import { mount } from "../screens/shared/mount";
import "../styles/live.css";
import "../styles/people.css";

const page = readPage<AdvisorPage>();
const room = new AdvisorRoom({
  page,
  socket: new StaffSocket(page.csrf),
  media: new LocalMedia(navigator.mediaDevices as MediaDevices | undefined, placeholderTrack, dressFrom(page.backdrop)),
});

mount(<App room={room} />);
room.start();
keepFresh(page.iceServers);
restartWhenRestored();
