// One consult's recording, for the manager.
import { readPage } from "../page";
import { App } from "../screens/recording/App";
import { RecordingApi } from "../screens/recording/api";
import { mount } from "../screens/shared/mount";
import "../styles/player.css";

const page = readPage<{ readonly base: string }>();
mount(<App api={new RecordingApi(page.base, page.csrf)} />);
