/** VS Code's box that asks for a file or a folder. */
import { expect } from "@playwright/test";

/** Types a path and takes it; *pattern* is what the box begins with. */
export async function choosePath(workbench, path, pattern = /./) {
  const box = workbench.page.locator(".quick-input-widget");
  const input = box.locator("input[type=text]");
  // The box writes the folder it begins with a moment after it is there, and lists the
  // folder of what is typed a moment after that: until then a key is lost.
  await expect(input).toHaveValue(pattern);
  await expect(async () => {
    if (!(await input.isVisible())) return;
    await input.fill(path);
    await expect(box.getByText("does not exist")).toHaveCount(0, { timeout: 1_000 });
    await expect(input).toHaveValue(path, { timeout: 1_000 });
    await input.press("Enter");
    await expect(box).toBeHidden({ timeout: 3_000 });
  }).toPass();
}
