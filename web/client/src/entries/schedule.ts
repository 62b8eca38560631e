// Hours and services: whether the branch works by them is kept true while one looks; what is being typed is left alone.
import { readPage } from "../page";
import { LivePage } from "../screens/kiosk/live";
import "../styles/schedule.css";

const page = readPage();
new LivePage({ namespace: "/manager", csrf: page.csrf, onMoved: () => location.reload() });
document.querySelector("[data-invalid]")?.scrollIntoView({ block: "center" });
