/**
 * The camera in part 3: each frame is scored, one at a time and never two at once, and a frame can be kept among the
 * images to check or among the normal ones.
 */
import { bmpOf } from "../../pkg/bmp.js";
import { byId, el, setText } from "../../pkg/dom.js";
import * as format from "../../pkg/format.js";
import { announce } from "../../shared/messages.js";
import { text } from "../../text/results.js";
import { verdictChip } from "../results/lists.js";
import { limitOf, verdictOf } from "../results/ruling.js";
import { isOwner, isTraining } from "../store.js";
import { Camera, NoCamera } from "./camera.js";

const PAUSE_AFTER_TROUBLE_MS = 1000;

/**
 * @param {import("../store.js").InspectStore} store @param {import("../../pkg/engine/client.js").EngineClient} client
 * @param {(part: "normals" | "images", brought: { files: { name: string, file: File }[] }) => Promise<void>} bring
 */
export function showCamera(store, client, bring) {
  const panel = new CameraPanel(store, client, bring);
  byId("images-camera").append(panel.root);
  store.watch(["project", "access", "bringing", "run", "modelReady"], () => panel.draw());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") panel.leave(text.camera.hidden); });
  addEventListener("pagehide", () => panel.leave(""));
}

class CameraPanel {
  root;
  #store;
  #client;
  #bring;
  #video = el("video", { muted: true, playsinline: true, "aria-label": text.camera.video, "data-testid": "camera-video" });
  #camera = new Camera(this.#video, () => this.#stopped(text.camera.ended));
  #state = el("p", { class: "camera-state", id: "camera-state", "data-testid": "camera-state", role: "status" });
  #live = el("p", { class: "camera-live", id: "camera-live", "data-testid": "camera-live" });
  #open;
  #panel;
  #start;
  #device = el("select", { id: "camera-device", "data-testid": "camera-device", onchange: () => this.#begin() });
  #deviceField = el("label", { class: "field", hidden: true }, el("span", {}, text.camera.device), this.#device);
  #keepImage;
  #keepNormal;
  #project = null;
  #scoring = false;
  #canvas = el("canvas");

  constructor(store, client, bring) {
    this.#store = store;
    this.#client = client;
    this.#bring = bring;
    const button = (id, title, act) => el("button", { type: "button", id: `camera-${id}`, "data-testid": `camera-${id}`, onclick: act }, title);
    this.#open = button("open", text.camera.open, () => this.#show());
    this.#start = button("start", text.camera.start, () => (this.#camera.isOn ? this.#stopped("") : this.#begin()));
    this.#keepImage = button("keep-image", text.camera.keepImage, () => this.#keep("images"));
    this.#keepNormal = button("keep-normal", text.camera.keepNormal, () => this.#keep("normals"));
    this.#panel = el("div", { class: "camera", id: "camera", "data-testid": "camera", hidden: true, role: "group", "aria-label": text.camera.heading },
      el("p", { class: "quiet" }, text.camera.hint),
      el("div", { class: "camera-stage" }, this.#video, this.#live), this.#state,
      el("div", { class: "row" }, this.#start, this.#keepImage, this.#keepNormal, this.#deviceField, button("close", text.camera.close, () => this.#hide())));
    this.root = el("div", {}, this.#open, this.#panel);
  }

  draw() {
    const { state } = this.#store;
    if (state.project !== this.#project) {
      this.#project = state.project;
      this.#stopped("");
      this.#panel.hidden = true;
    }
    this.#open.hidden = !this.#panel.hidden;
    this.#open.disabled = !isOwner(state);
    if (!isOwner(state) && this.#camera.isOn) this.#stopped("");
    const { isOn } = this.#camera;
    this.#video.hidden = !isOn;
    setText(this.#start, isOn ? text.camera.stop : text.camera.start);
    const canKeep = isOn && isOwner(state) && !state.bringing;
    this.#keepImage.setAttribute("aria-disabled", String(!canKeep));
    this.#keepNormal.setAttribute("aria-disabled", String(!canKeep || isTraining(state)));
    if (isOn) this.#goOnScoring();
    else this.#live.replaceChildren();
  }

  /** @param {string} why */
  leave(why) {
    if (this.#camera.isOn || this.#state.textContent === text.camera.starting) this.#stopped(why);
  }

  async #show() {
    this.#panel.hidden = false;
    this.draw();
    this.#start.focus();
    await this.#begin();
  }

  #hide() {
    this.#stopped("");
    this.#panel.hidden = true;
    this.draw();
    this.#open.focus();
  }

  #stopped(why) {
    this.#camera.stop();
    setText(this.#state, why);
    this.draw();
  }

  async #begin() {
    setText(this.#state, text.camera.starting);
    try {
      const isOn = await this.#camera.start(this.#device.value);
      if (!isOn) return;
      setText(this.#state, "");
      await this.#listDevices();
    } catch (error) {
      if (!(error instanceof NoCamera)) throw error;
      setText(this.#state, error.reason === "failed" ? text.camera.failed(error.message) : text.camera[error.reason]);
    }
    this.draw();
  }

  async #listDevices() {
    const devices = await this.#camera.devices();
    this.#deviceField.hidden = devices.length < 2;
    const chosen = this.#video.srcObject?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
    this.#device.replaceChildren(...devices.map(({ id, name }, index) => el("option", { value: id }, name || text.camera.deviceName(index + 1))));
    this.#device.value = chosen;
  }

  /** As long as the camera is on and there is a model: a frame, its score, the next frame. */
  async #goOnScoring() {
    if (this.#scoring) return;
    this.#scoring = true;
    while (this.#camera.isOn && this.#canScore()) {
      try {
        await this.#scoreFrame();
      } catch (error) {
        setText(this.#state, String(error?.message ?? error));
        await new Promise((resolve) => { setTimeout(resolve, PAUSE_AFTER_TROUBLE_MS); });
      }
    }
    this.#scoring = false;
  }

  #canScore() {
    const { state } = this.#store;
    const can = state.modelReady && !isTraining(state);
    if (!can) this.#live.replaceChildren(isTraining(state) ? text.camera.training : text.camera.noModel);
    return can;
  }

  async #scoreFrame() {
    await new Promise((resolve) => { requestAnimationFrame(resolve); });
    const frame = this.#frame();
    if (!frame) return;
    const { model } = this.#store.state.project;
    const [judged] = await this.#client.call("score", { images: [frame], which: "base" });
    if (!this.#camera.isOn || this.#store.state.project?.model !== model) return;
    if (judged.error !== undefined) throw new Error(judged.error);
    // A frame is no part of the batch: the limit on false alarms holds for it, whatever holds for the images.
    const verdict = verdictOf({ ...judged, error: undefined }, limitOf(this.#store.state.project));
    this.#live.dataset.verdict = verdict;
    this.#live.replaceChildren(verdictChip(verdict), ` ${text.viewer.score(format.score(judged.score))}`);
    announce(text.camera.live(text.verdicts[verdict || "none"], format.score(judged.score)));
  }

  /**
   * The frame that is seen now, as a BMP file; nothing before the first. In all its pixels: what a browser makes smaller
   * looks different to the networks from what the limit was set with.
   */
  #frame() {
    const canvas = this.#drawFrame();
    if (!canvas) return null;
    return bmpOf(canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, canvas.width, canvas.height));
  }

  #drawFrame() {
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth === 0) return null;
    this.#canvas.width = videoWidth;
    this.#canvas.height = videoHeight;
    this.#canvas.getContext("2d", { willReadFrequently: true }).drawImage(this.#video, 0, 0);
    return this.#canvas;
  }

  /** Keeps what is seen now, in all its pixels. @param {"normals" | "images"} part */
  async #keep(part) {
    const button = part === "images" ? this.#keepImage : this.#keepNormal;
    const canvas = button.getAttribute("aria-disabled") === "true" ? null : this.#drawFrame();
    if (!canvas) return;
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
    const name = text.camera.fileName(new Date().toISOString().replaceAll(/[:.]/g, "-").replace("Z", ""));
    await this.#bring(part, { files: [{ name, file: new File([blob], name, { type: "image/png" }) }] });
    // What did not go well is said where the images are.
    const isKept = this.#store.state.project?.[part].some((image) => image.name === name);
    setText(this.#state, isKept ? text.camera.kept(name) : "");
  }
}
