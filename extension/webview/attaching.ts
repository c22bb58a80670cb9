/** Pictures on their way to the host, which keeps them as files for Codex. */
import type { FromPanel } from "../src/panel/messages.js";
import type { Attachment, PageAction } from "./model.js";

/** What a model takes; larger ones would only be refused later. */
const BYTES_AT_MOST = 20e6;

let made = 0;

/** Hands the pictures over; `taken` says of each that it is on its way. */
export async function attachPictures(
  pictures: readonly File[],
  taken: (action: PageAction) => void,
  post: (message: FromPanel) => void,
): Promise<void> {
  for (const picture of pictures) {
    if (picture.size > BYTES_AT_MOST) continue;
    made += 1;
    const id = made;
    const dataUrl = await readAsDataUrl(picture);
    const attachment: Attachment = { id, name: picture.name, dataUrl, path: null };
    taken({ type: "attaching", attachment });
    const data = dataUrl.slice(dataUrl.indexOf(",") + 1);
    post({ type: "attach", attachmentId: id, mime: picture.type, data });
  }
}

function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      resolve(typeof reader.result === "string" ? reader.result : "");
    });
    reader.addEventListener("error", () => {
      reject(new Error(`${file.name} can't be read`));
    });
    reader.readAsDataURL(file);
  });
}

/** Lets the user choose pictures from this machine. */
export function choosePictures(chosen: (pictures: readonly File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.multiple = true;
  input.addEventListener("change", () => {
    chosen([...(input.files ?? [])]);
  });
  input.click();
}
