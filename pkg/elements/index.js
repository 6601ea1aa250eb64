/** Defines all elements. One alone: import its own file. */
import "./latent.js";
