/** What the privacy panel says. */
import { plural } from "./common.js";

const requests = (number) => plural(number, "request", "requests");

export const text = {
  heading: "What this page can do with the network",
  show: "See for yourself what this page can do with the network",
  hint: "Your images are read, learnt from and judged by this page, on this machine. Here you can check that nothing of it is sent away.",
  more: "What the browser forbids it, all that was fetched, how to check it, and what is not guaranteed",
  since: "requests since the page was loaded",
  sinceOne: "request since the page was loaded",
  loading: "The page is still fetching what it consists of. It counts from when that is there.",
  before: (number, host) => `${requests(number)} before that, for the page itself, to ${host}.`,
  foreign: (number) => (number === 0 ? "None to any other site." : `${requests(number)} to other sites. That should not be: close this page, and do not trust it.`),
  after: (number) => (number === 0 ? "" : `The ${requests(number)} since then stand at the top of the list below. Changing from WebGPU to the CPU, or back, fetches the computing engine again; nothing of yours is part of such a request.`),
  offline: { true: "These pages are kept in this browser and work without a network.", false: "This browser keeps no copy of the page, so it needs the network to be opened again." },
  policies: {
    heading: "What the browser forbids this page",
    content: "Content security policy",
    own: "In force: it stands in the page itself. Connections, scripts, styles and workers only from where the page came from; images also from memory.",
    noOwn: "Missing. This page is not as it was made.",
    served: "When this page's copy was made, the server sent it too, and then it holds for the workers as well. Whether it does now, the attempt below shows.",
    notServed: "When this page's copy was made, the server did not send it. The page itself is bound by it, but its workers are not: whoever serves the page should set its headers.",
    servedUnknown: "Whether the server sent it, which the workers need, cannot be told before the page is kept in the browser.",
    allowlist: "Connection allowlist",
    allowed: { true: "When this page's copy was made, the server sent it, and this browser is one that enforces it: links, windows and WebRTC cannot reach another site either.", false: "When this page's copy was made, the server sent it, but this browser does not say that it enforces it. Then links, windows and WebRTC are not forbidden to reach another site; this page uses none of them." },
    notAllowed: "When this page's copy was made, the server did not send it. Then links, windows and WebRTC are not forbidden to reach another site; this page uses none of them.",
    allowUnknown: "Whether the server sent it cannot be told before the page is kept in the browser.",
    isolation: "Isolation",
    isolated: { true: "In force: other pages in this browser have no access to this one, and share no memory with it.", false: "Not in force: the server did not ask for it, or the browser does not know it." },
  },
  attempt: {
    heading: "Let the page try to send something",
    hint: "It tries to reach ganomaly-privacy-check.invalid, a name that nobody can own. Nothing of yours is part of it.",
    run: "Let it try",
    running: "Trying…",
    ways: { fetch: "The page fetches an address", image: "The page shows a picture from there", worker: "A worker fetches an address" },
    refused: (rule) => `Refused by the browser, by its rule ${rule}, before anything left.`,
    through: "Not refused. It reached nobody, because nobody is there; a real address could have been reached.",
  },
  list: {
    heading: "Everything that was fetched",
    hint: "Since the page was opened, the newest first.",
    time: "Time",
    who: "Asked for by",
    address: "Address",
    names: {
      page: "page", browser: "browser, for its tab", engine: "computing engine", pictures: "pictures of images", storage: "storage", intake: "taking images in", archive: "project files",
      attempts: "this panel", serviceWorker: "copy for offline use",
    },
    after: "after loading",
    foreign: "another site",
  },
  verify: {
    heading: "How to check it without trusting this page",
    steps: [
      "Open the page and wait until it says above that it works without a network. Then pull out the network cable, or switch on flight mode, and go through the whole of your work. Everything works. Close the page before you go back online; whoever does not trust it at all deletes what the browser keeps for it as well, in the browser's settings.",
      "Open the developer tools (F12, or Ctrl + Shift + I), choose “Network”, and work. The list stays empty, apart from lines that begin with “blob:”: those are images in memory.",
      "In the same list, click on the page's first line and read the response headers: Content-Security-Policy and Connection-Allowlist. They bind the browser, whatever the page's code would like to do.",
    ],
  },
  promised: {
    heading: "What is guaranteed",
    items: [
      "No image, model, score, note or name of a file is part of any request that this page makes. Once it is loaded, it makes none, but to fetch its own computing engine again when that has to be started anew.",
      "Where the policies above are in force, the browser refuses any attempt to fetch something from another site, even if this page's code were wrong, or an image or a project file had led it astray.",
      "What is kept lies in this browser's storage on this machine, and goes when you delete it.",
    ],
  },
  notPromised: {
    heading: "What is not",
    items: [
      "Whoever serves the page could serve another one tomorrow. Keep to an address that you trust, serve it yourself, or stay offline while you work.",
      "The policies allow connections to the server that the page comes from: it could not be opened otherwise. That nothing of yours goes there is for the list above to show, and for the network cable.",
      "That server sees that you opened the page, and when, as every server does. The browser may ask it now and then whether there is a newer version; that says nothing of your images.",
      "Browser extensions may read every page. A private window usually runs without them.",
      "The browser and the operating system do as they please: crash reports, synchronising, spelling help, indexing of files, backups. So do other people who use this machine.",
      "What you copy, save, print or export leaves the page by your own hand. A report or a project file contains your images.",
    ],
  },
};
