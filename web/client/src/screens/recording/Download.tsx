// One file of the whole recording: made on request, with progress, and thrown away again or tried again.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import type { FileState, RecordingApi } from "./api";

const LOOK_EVERY = 500; // ms

export function Download({ api }: { readonly api: RecordingApi }) {
  const [file, setFile] = useState<FileState | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const tell = (asked: Promise<FileState>) => {
    setTrouble(null);
    asked.then(setFile, (error: Error) => setTrouble(error.message));
  };
  useEffect(() => tell(api.file()), [api]);
  useEffect(() => {
    if (file?.state !== "making") return undefined;
    const timer = setTimeout(() => tell(api.file()), LOOK_EVERY);
    return () => clearTimeout(timer);
  }, [file]);
  const cancel = () => tell(api.cancelFile().then(() => api.file()));
  const make = () => tell(api.makeFile());
  const state = file?.state ?? "none";
  return (
    <div class="recording-file" data-file={state}>
      {(state === "none" || state === "cancelled") && <Make label={t("한 파일로 받기")} onMake={make} />}
      {file && state === "making" && (
        <>
          <progress class="meter" max={1} value={file.progress} aria-label={t("파일 만들기")} />
          <span class="number" role="status">
            {t("파일을 만들고 있어요. {percent}%", { percent: Math.round(file.progress * 100) })}
          </span>
          <button type="button" class="button button-quiet button-small" data-action="cancel-file" onClick={cancel}>
            {t("그만두기")}
          </button>
        </>
      )}
      {file && state === "ready" && (
        <>
          <a class="button button-small" data-action="fetch-file" href={api.fileAddress} download>
            <Icon name="paper" /> {t("파일 받기 ({size})", { size: megabytes(file.bytes ?? 0) })}
          </a>
          <span class="small">{t("받은 파일은 잠겨 있지 않아요. 30분 뒤에 여기서 지워져요.")}</span>
        </>
      )}
      {file && state === "failed" && (
        <>
          <p class="notice notice-attention" role="alert" data-failure={file.failure}>
            <Icon name="warn" /> <span>{whatToDo(file.failure)}</span>
          </p>
          <Make label={t("다시 만들기")} onMake={make} />
        </>
      )}
      {trouble && (
        <p class="notice notice-attention" role="alert">
          <Icon name="warn" /> <span>{trouble}</span>
        </p>
      )}
    </div>
  );
}

function Make({ label, onMake }: { readonly label: string; readonly onMake: () => void }) {
  return (
    <button type="button" class="button button-quiet button-small" data-action="make-file" onClick={onMake}>
      <Icon name="paper" /> {label}
    </button>
  );
}

const FAILURES: Readonly<Record<string, () => string>> = {
  "recording.disk_full": () => t("저장 공간이 모자라요. 전산 담당자에게 공간을 비워 달라고 한 뒤 다시 만들어 주세요."),
  "recording.key_missing": () => t("잠긴 녹화를 열 열쇠가 없어요. 전산 담당자에게 알려 주세요."),
  "recording.wrong_key": () => t("다른 열쇠로 잠근 녹화예요. 전산 담당자에게 그때의 열쇠를 부탁해 주세요."),
  "recording.seal_broken": () => t("녹화 내용이 바뀌어 파일을 만들 수 없어요. 확인 결과를 보고 전산 담당자에게 알려 주세요."),
};

function whatToDo(failure: string | null): string {
  return FAILURES[failure ?? ""]?.() ?? t("파일을 만들지 못했어요. 다시 만들어 보시고, 계속되면 전산 담당자에게 알려 주세요.");
}

function megabytes(bytes: number): string {
  return `${Math.max(0.1, bytes / 1_000_000).toFixed(1)} MB`;
}
