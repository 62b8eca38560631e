// Does a video consult work from here? Six pieces, each with what it is for and what to do where it fails.
import { useEffect, useState } from "preact/hooks";
import { checkDevices, type Check } from "../../call/check";
import type { LocalMedia } from "../../call/devices";
import { judge, lookAtWays, type Piece, type PieceFinding, type WaysSeen } from "../../call/self-test";
import { t } from "../../i18n";
import { askCentre } from "../../protocol/self-test";
import { Tools } from "../consult/Tools";
import { Icon } from "../shared/Icon";
import { isLineFault, lineSentence } from "../shared/findings";
import { deviceSentence, kioskDeviceSentence } from "../shared/sentences";
import { verdict, type Verdict } from "./verdict";

export interface SelfTestPage {
  readonly csrf: string;
  readonly iceServers: RTCIceServer[];
  readonly backUrl: string;
  readonly at: "phone" | "kiosk" | "console";
  /** Kiosk: where a person is called. */
  readonly helpUrl: string;
}

export interface SelfTestProps {
  readonly page: SelfTestPage;
  readonly media: LocalMedia;
}

type Devices = Pick<Check, "camera" | "microphone">;

const LOOKING: Devices = { camera: { result: "wait" }, microphone: { result: "wait" } };

export function SelfTest({ page, media }: SelfTestProps) {
  const [devices, setDevices] = useState(LOOKING);
  const [seen, setSeen] = useState<WaysSeen>({});
  const [round, setRound] = useState(1);
  useEffect(() => {
    setDevices(LOOKING);
    setSeen({});
    void lookAtDevices(media).then(setDevices);
    void lookAtWays(askCentre, page, setSeen);
  }, [round]);
  const ways = judge(seen);
  const kiosk = page.at === "kiosk";
  const found = verdict([...Object.values(devices), ...Object.values(ways)]);
  return (
    <div class="screen is-remote" data-verdict={found}>
      <header class="screen-head">
        <p class="brand">{t("영상 상담 점검")}</p>
        {!kiosk && (
          <button type="button" class="button button-quiet button-small" data-action="back" onClick={() => location.assign(page.backUrl)}>
            {t("돌아가기")}
          </button>
        )}
      </header>
      <main class="screen-body">
        <h1>{t("영상 상담이 되는지 살펴볼게요")}</h1>
        <p class={found === "fail" ? "notice notice-attention" : "notice"} role="status">
          <Icon name={found === "pass" ? "check" : found === "wait" ? "clock" : "warn"} /> <span>{VERDICTS[found]()}</span>
        </p>
        <ul class="checks" aria-live="polite">
          <Line piece="camera" finding={devices.camera} kiosk={kiosk} />
          <Line piece="microphone" finding={devices.microphone} kiosk={kiosk} />
          <Line piece="centre" finding={ways.centre} kiosk={kiosk} />
          <Line piece="node" finding={ways.node} kiosk={kiosk} />
          <Line piece="direct" finding={ways.direct} kiosk={kiosk} />
          <Line piece="relay" finding={ways.relay} kiosk={kiosk} />
        </ul>
      </main>
      <div class="thumb-zone">
        <button type="button" class="button button-main button-wide" data-action="again" disabled={found === "wait"} onClick={() => setRound(round + 1)}>
          {t("다시 점검하기")}
        </button>
      </div>
      {kiosk && <KioskFoot page={page} />}
    </div>
  );
}

/** The same places as on every other screen of the kiosk: back, contrast, zoom, and a person. */
function KioskFoot({ page }: { readonly page: SelfTestPage }) {
  return (
    <footer class="screen-foot">
      <div class="tools">
        <a class="tool" data-action="back" href={page.backUrl}>
          <Icon name="back" /> {t("돌아가기")}
        </a>
        <Tools />
      </div>
      <a class="call-person" href={page.helpUrl}>
        <Icon name="bell" /> {t("직원 부르기")}
      </a>
    </footer>
  );
}

const VERDICTS: Readonly<Record<Verdict, () => string>> = {
  wait: () => t("하나씩 확인하고 있어요. 잠시만 기다려 주세요."),
  pass: () => t("모두 좋아요. 영상 상담을 하실 수 있어요."),
  warn: () => t("영상 상담을 하실 수 있어요. 아래에 적힌 것만 살펴봐 주세요."),
  fail: () => t("지금은 영상 상담이 어려워요. 아래에서 무엇을 하면 되는지 봐 주세요."),
};

type Part = Piece | keyof Devices;

const NAMES: Readonly<Record<Part, () => string>> = {
  camera: () => t("카메라"),
  microphone: () => t("마이크"),
  centre: () => t("지점과의 연결"),
  node: () => t("영상을 잇는 곳"),
  direct: () => t("바로 가는 길 (UDP)"),
  relay: () => t("돌아가는 길 (TURN)"),
};

const FINE: Readonly<Record<Part, () => string>> = {
  camera: () => t("잘 켜져요."),
  microphone: () => t("잘 켜져요."),
  centre: () => t("잘 닿아요."),
  node: () => t("바로 답해요."),
  direct: () => t("열려 있어요."),
  relay: () => t("모두 열려 있어요."),
};

interface LineProps {
  readonly piece: Part;
  readonly finding: PieceFinding;
  readonly kiosk: boolean;
}

function Line({ piece, finding, kiosk }: LineProps) {
  return (
    <li class="check" data-check={piece} data-result={finding.result === "none" ? "pass" : finding.result}>
      <strong>{NAMES[piece]()}</strong>
      <span>{sentence(piece, finding, kiosk)}</span>
    </li>
  );
}

function sentence(piece: Part, finding: PieceFinding, kiosk: boolean): string {
  if (finding.result === "wait") return t("확인하고 있어요.");
  if (finding.result === "none") return t("여기서는 쓰지 않아요.");
  if (finding.result === "pass") return FINE[piece]();
  if (isLineFault(finding.cause)) return lineSentence(finding.cause);
  const medium = piece === "camera" ? "video" : "audio";
  return kiosk ? kioskDeviceSentence(medium) : deviceSentence(medium, finding.cause);
}

/** Opens both for a moment and lets go of them again, so that no light stays on. */
async function lookAtDevices(media: LocalMedia): Promise<Devices> {
  await media.open();
  const found = checkDevices(media);
  media.close();
  return found;
}
