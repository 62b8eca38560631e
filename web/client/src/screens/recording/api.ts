// What the recording's page asks the centre.
import { isErrorBody } from "../../protocol/errors";
import { t } from "../../i18n";
import type { Clip, Playlist } from "../../recording/playlist";

/** How far the one file is; `failure` is a stable code. */
export interface FileState {
  readonly state: "none" | "making" | "ready" | "failed" | "cancelled";
  readonly progress: number;
  readonly failure: string | null;
  readonly bytes: number | null;
}

export class RecordingApi {
  constructor(
    private readonly base: string,
    private readonly csrf: string,
  ) {}

  /** Notes that this person plays the recording, and tells what there is to play. Raises Error with a sentence. */
  async play(): Promise<Playlist> {
    return (await (await this.#ask("/play", "POST")).json()) as Playlist;
  }

  track({ node, part, file }: Clip, ticket: string): string {
    return `${this.base}/tracks/${node}/${part}/${encodeURIComponent(file)}?ticket=${encodeURIComponent(ticket)}`;
  }

  async file(): Promise<FileState> {
    return (await (await this.#ask("/file", "GET")).json()) as FileState;
  }

  async makeFile(): Promise<FileState> {
    return (await (await this.#ask("/file", "POST")).json()) as FileState;
  }

  async cancelFile(): Promise<void> {
    await this.#ask("/file/cancel", "POST");
  }

  get fileAddress(): string {
    return `${this.base}/file/content`;
  }

  async #ask(path: string, method: "GET" | "POST"): Promise<Response> {
    const headers = { Accept: "application/json", "X-CSRFToken": this.csrf };
    const answer = await fetch(this.base + path, { method, headers, credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) return answer;
    const told: unknown = await answer?.json().catch(() => null);
    throw new Error(isErrorBody(told) ? told.message : t("인터넷 연결을 확인해 주세요."));
  }
}
