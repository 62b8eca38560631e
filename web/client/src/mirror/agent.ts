// The page's line to the device agent: frames go to this machine only, one at a time, an answer to each.
import { MirrorFault } from "./fault";
import { readAnswer, type Answer } from "./landmarks";

const CONNECT_MS = 3000;
const ANSWER_MS = 4000;

const gone = (): MirrorFault => new MirrorFault("agent.gone");

/** One open WebSocket to the agent. `refusal` is set when the agent said on opening that it cannot see. */
export class AgentLine {
  refusal: string | null = null;
  #waiting: ((answer: Answer | null) => void) | null = null;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", (event) => this.#hear(event.data));
    socket.addEventListener("close", () => this.#settle(null));
  }

  /** Connect within three seconds. Throws MirrorFault. */
  static async open(url: string): Promise<AgentLine> {
    const socket = connect(url);
    const line = new AgentLine(socket);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(gone()), CONNECT_MS);
      socket.addEventListener("open", () => (clearTimeout(late), resolve()));
      socket.addEventListener("close", () => (clearTimeout(late), reject(gone())));
    }).catch((error: unknown) => {
      socket.close();
      throw error;
    });
    return line;
  }

  /** Send one frame and wait for what it shows. Throws MirrorFault when no answer comes. */
  async ask(frame: Blob): Promise<Answer> {
    if (this.socket.readyState !== WebSocket.OPEN) throw gone();
    const answer = await new Promise<Answer | null>((resolve) => {
      const late = setTimeout(() => resolve(null), ANSWER_MS);
      this.#waiting = (heard) => (clearTimeout(late), resolve(heard));
      this.socket.send(frame);
    });
    this.#waiting = null;
    if (answer === null) throw gone();
    return answer;
  }

  close(): void {
    this.socket.close();
    this.#settle(null);
  }

  #hear(data: unknown): void {
    const answer = typeof data === "string" ? readAnswer(data) : null;
    if (answer === null) return;
    if (this.#waiting === null && answer.type === "unavailable") this.refusal = answer.code;
    this.#settle(answer);
  }

  #settle(answer: Answer | null): void {
    this.#waiting?.(answer);
  }
}

function connect(url: string): WebSocket {
  try {
    return new WebSocket(url);
  } catch {
    throw gone();
  }
}
