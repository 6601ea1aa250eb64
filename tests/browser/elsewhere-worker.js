/** A worker that tries to reach the address it is sent. */
addEventListener("message", async ({ data: url }) => {
  postMessage(await fetch(url, { mode: "no-cors" }).then(() => "reached", () => "refused"));
});
