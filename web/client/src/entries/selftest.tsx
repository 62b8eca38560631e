// The page that tries camera, microphone and every way to the media node.
import { LocalMedia } from "../call/devices";
import { placeholderTrack } from "../call/placeholder";
import { readPage } from "../page";
import { SelfTest, type SelfTestPage } from "../screens/selftest/SelfTest";
import { mount } from "../screens/shared/mount";

const page = readPage<SelfTestPage>();
const media = new LocalMedia(navigator.mediaDevices as MediaDevices | undefined, placeholderTrack);

mount(<SelfTest page={page} media={media} />);
