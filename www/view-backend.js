/** Shows what computes, and lets the visitor switch. */
import { byId, setText } from "./dom.js";
import { isTraining } from "./store.js";
import { text } from "./text.js";

/** @param {import("./store.js").Store} store @param {(backend: string) => void} choose */
export function showBackend(store, choose) {
  const radios = [...byId("backend").querySelectorAll("input")];
  for (const radio of radios) radio.addEventListener("change", () => choose(radio.value));
  store.watch(["engine", "engineBusy", "run"], (state) => {
    for (const radio of radios) {
      if (state.engine) radio.checked = radio.value === state.engine.backend;
      radio.disabled = isTraining(state);
    }
    const status = byId("backend-status");
    status.dataset.backend = state.engine?.backend ?? "";
    setText(status, state.engineBusy ? text.backend.starting : state.engine ? text.backend.ready(state.engine) : text.backend.none);
  });
}
