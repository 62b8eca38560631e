// The page of one more person in a consult.
import { LocalMedia } from "../call/devices";
import { keepFresh } from "../call/ice-servers";
import { placeholderTrack } from "../call/placeholder";
import { readPage } from "../page";
import { GuestApi } from "../protocol/guests";
import { GuestSocket } from "../protocol/sockets";
import { App } from "../screens/guest/App";
import type { GuestPage } from "../screens/guest/page";
import { GuestRoom } from "../screens/guest/room";
import { restartWhenRestored } from "../screens/shared/expired";
import { mount } from "../screens/shared/mount";
import "../styles/live.css";
import "../styles/people.css";

const page = readPage<GuestPage>();
const room = new GuestRoom({
  page,
  api: new GuestApi(page.guest, { csrf: page.csrf }),
  connect: () => new GuestSocket(page.csrf),
  // Absent where the address does not begin with https (W3C mediacapture-main, SecureContext).
  media: new LocalMedia(navigator.mediaDevices as MediaDevices | undefined, placeholderTrack),
});

mount(<App room={room} />);
room.start();
keepFresh(page.iceServers);
restartWhenRestored();
