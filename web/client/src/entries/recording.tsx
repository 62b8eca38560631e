// One consult's recording, for the manager.
import { render } from "preact";
import { readPage } from "../page";
import { App } from "../screens/recording/App";
import { RecordingApi } from "../screens/recording/api";
import "../styles/player.css";

const page = readPage<{ readonly base: string }>();
const app = document.getElementById("app");
if (app) render(<App api={new RecordingApi(page.base, page.csrf)} />, app);
