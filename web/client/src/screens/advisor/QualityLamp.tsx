// How well the call goes, as a lamp with the numbers behind it, and what the advisor can do or say.
import type { LiveCall } from "../../call/live";
import type { Cause, Quality } from "../../call/quality";
import { t } from "../../i18n";
import { useChanges } from "../shared/hooks";

const GRADES: Readonly<Record<Quality["grade"], () => string>> = {
  good: () => t("연결 좋음"),
  fair: () => t("연결 보통"),
  weak: () => t("연결 약함"),
};

const ADVICE: Readonly<Record<Cause, () => string>> = {
  loss: () => t("말소리가 조금씩 빠져요. 손님께 와이파이 가까이로 옮겨 달라고 말씀해 주세요."),
  delay: () => t("말소리가 늦게 닿아요. 말씀을 마친 뒤 잠시 기다려 주세요."),
  line: () => t("내 인터넷이 좁아요. 다른 창의 내려받기를 멈춰 주세요."),
  processor: () => t("이 컴퓨터가 바빠요. 쓰지 않는 프로그램을 닫아 주세요."),
};

export function QualityLamp({ call }: { readonly call: LiveCall }) {
  useChanges(call);
  const { quality } = call;
  if (!quality) return null;
  return (
    <>
      <span class="lamp" data-grade={quality.grade} title={numbers(quality)}>
        {GRADES[quality.grade]()}
      </span>
      {quality.cause && (
        <p class="lamp-advice" role="status" data-cause={quality.cause}>
          {ADVICE[quality.cause]()}
        </p>
      )}
    </>
  );
}

function numbers({ sample, loss, bitrateIn, framesPerSecond }: Quality): string {
  return t("왕복 {delay}ms · 손실 {loss}% · 받는 양 {rate}Mbps · 초당 {frames}장", {
    delay: sample.roundTrip === null ? "–" : Math.round(sample.roundTrip),
    loss: (100 * loss).toFixed(1),
    rate: (bitrateIn / 1e6).toFixed(1),
    frames: Math.round(framesPerSecond),
  });
}
