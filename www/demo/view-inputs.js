/** Every way of bringing images to the two steps that take some. */
import { byId } from "../pkg/dom.js";
import { listenForFiles } from "../shared/files.js";

const IMAGE_NAME = /\.(png|jpe?g|tiff?|webp|bmp|gif|p[bgpn]m|dcm)$/i;
const looksLikeImage = (name, type) => type.startsWith("image/") || IMAGE_NAME.test(name);
const isHidden = (name) => name.split("/").pop().startsWith(".");

/**
 * @param {(found: { images: any[], leftOut: number }) => void} addImages for step 2
 * @param {(found: { images: any[], leftOut: number }) => void} addNormals for step 3
 * @param {() => boolean} normalsLocked while a run uses the normal images
 */
export function listenForImages(addImages, addNormals, normalsLocked) {
  const placeOf = (element) => (byId("step-tune").contains(element) && !normalsLocked() ? "normals" : "images");
  listenForFiles(["images", "normals"], placeOf, (place, brought) => {
    if (place === "normals") addNormals(sift(brought));
    else addImages(sift(brought));
  });
}

/**
 * Files that were chosen one by one are all kept: each deserves its own answer. From a folder, only images are.
 * @param {import("../shared/files.js").Brought} brought
 * @returns {{ images: { name: string, blob: Blob }[], leftOut: number }}
 */
function sift({ files, fromFolder }) {
  const images = [];
  let leftOut = 0;
  for (const { name, file } of files) {
    if (!fromFolder || looksLikeImage(name, file.type)) images.push({ name, blob: file });
    else if (!isHidden(name)) leftOut += 1;
  }
  return { images, leftOut };
}
