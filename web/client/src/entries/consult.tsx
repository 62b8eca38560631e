// The customer's consult page, phone and kiosk alike.
import { dressFrom } from "../call/backdrop";
import { LocalMedia } from "../call/devices";
import { keepFresh } from "../call/ice-servers";
import { placeholderTrack } from "../call/placeholder";
import { readPage } from "../page";
import { restartWhenRestored } from "../screens/shared/expired";
import { ConsultApi } from "../protocol/http";
import { CustomerSocket } from "../protocol/sockets";
import { App } from "../screens/consult/App";
import type { ConsultPage } from "../screens/consult/page";
import { ConsultRoom } from "../screens/consult/room";
import { rememberAt, useTools } from "../screens/kiosk/tools";
import { mount } from "../screens/shared/mount";
import "../styles/live.css";
import "../styles/people.css";

const page = readPage<ConsultPage>();
const room = new ConsultRoom({
  page,
  api: new ConsultApi(page.consult, { csrf: page.csrf, side: "customer" }),
  socket: new CustomerSocket(page.csrf),
  // Absent where the address does not begin with https (W3C mediacapture-main, SecureContext).
  media: new LocalMedia(navigator.mediaDevices as MediaDevices | undefined, placeholderTrack, dressFrom(page.backdrop)),
});

if (page.at === "kiosk") useTools(rememberAt("/tools", page.csrf));
mount(<App room={room} />);
room.start();
keepFresh(page.iceServers);
restartWhenRestored();
