/** A camera of this machine: started when it is asked for, stopped when it is left. */

const IDEAL = { width: { ideal: 1280 }, height: { ideal: 960 } };

/** Why there is no camera: a key of text.camera. */
export class NoCamera extends Error {
  /** @param {"denied" | "none" | "busy" | "unsupported" | "failed"} reason @param {string} [detail] */
  constructor(reason, detail = "") {
    super(detail);
    this.reason = reason;
  }
}

export class Camera {
  #video;
  /** @type {MediaStream | null} */
  #stream = null;
  #starting = 0;
  #onEnded;

  /** @param {HTMLVideoElement} video shows it @param {() => void} onEnded it was taken away */
  constructor(video, onEnded) {
    this.#video = video;
    this.#onEnded = onEnded;
  }

  get isOn() {
    return this.#stream !== null;
  }

  /** @param {string} device its id, or "" for any: on a phone the one at the back. Fails with NoCamera. @returns {Promise<boolean>} false if it was stopped meanwhile */
  async start(device) {
    this.stop();
    const starting = ++this.#starting;
    if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera("unsupported");
    const wanted = device ? { deviceId: { exact: device } } : { facingMode: { ideal: "environment" } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...wanted, ...IDEAL } }).catch((error) => {
      throw new NoCamera(reasonOf(error), String(error?.message ?? error));
    });
    // It was stopped while the visitor was asked.
    if (starting !== this.#starting) {
      end(stream);
      return false;
    }
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (this.#stream !== stream) return;
      this.stop();
      this.#onEnded();
    });
    this.#video.srcObject = stream;
    await this.#video.play().catch(() => {});
    return this.#stream === stream;
  }

  stop() {
    this.#starting += 1;
    if (this.#stream) end(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** Which cameras there are, once one may be used. @returns {Promise<{ id: string, name: string }[]>} */
  async devices() {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  }
}

function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @returns {"denied" | "none" | "busy" | "failed"} */
function reasonOf({ name }) {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "failed";
}
