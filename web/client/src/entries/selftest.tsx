// The page that tries camera, microphone and every way to the media node.
import { render } from "preact";
import { LocalMedia } from "../call/devices";
import { placeholderTrack } from "../call/placeholder";
import { readPage } from "../page";
import { SelfTest, type SelfTestPage } from "../screens/selftest/SelfTest";

const page = readPage<SelfTestPage>();
const media = new LocalMedia(navigator.mediaDevices as MediaDevices | undefined, placeholderTrack);

const app = document.getElementById("app");
if (!app) throw new Error("the page has no #app");
render(<SelfTest page={page} media={media} />, app);
