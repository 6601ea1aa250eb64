/** Shows what computes, and lets the visitor switch. */
import { text } from "../text/common.js";
import { byId, setText } from "../pkg/dom.js";

/**
 * @param {import("./store.js").Store<any>} store with the parts engine, engineBusy and run
 * @param {(backend: string) => void} choose
 * @param {(state: any) => boolean} isLocked while the engine must not be exchanged
 */
export function showBackend(store, choose, isLocked) {
  const radios = [...byId("backend").querySelectorAll("input")];
  for (const radio of radios) radio.addEventListener("change", () => choose(radio.value));
  store.watch(["engine", "engineBusy", "run"], (state) => {
    for (const radio of radios) {
      // While another one starts, what was chosen stays chosen.
      if (state.engine && !state.engineBusy) radio.checked = radio.value === state.engine.backend;
      radio.disabled = isLocked(state);
    }
    const status = byId("backend-status");
    status.dataset.backend = state.engine?.backend ?? "";
    setText(status, state.engineBusy ? text.backend.starting : state.engine ? text.backend.ready(state.engine) : text.backend.none);
  });
}
