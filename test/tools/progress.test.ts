import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { createProgress, formatElapsed, formatSeconds, type Progress } from "../../sandbox/tools/progress";

class Written {
  text = "";
  columns = 60;
  constructor(readonly isTTY: boolean) {}
  write(text: string): void {
    this.text += text;
  }
  get lines(): string[] {
    return stripVTControlCharacters(this.text).split("\n").slice(0, -1);
  }
}

describe("progress", () => {
  let time: number;
  const start = (stream: Written, heartbeat?: number): Progress =>
    createProgress({ stream, heartbeat, now: () => time });
  beforeEach(() => {
    time = 0;
  });

  it("writes durations as people say them", () => {
    assert.equal(formatSeconds(4.26), "4.3 s");
    assert.equal(formatSeconds(9.96), "10 s");
    assert.equal(formatSeconds(59.7), "1 min 00 s");
    assert.equal(formatSeconds(125), "2 min 05 s");
  });

  it("stops to promise when the expected time is over", () => {
    assert.equal(formatElapsed(70, 145), "1 min 10 s of about 2 min 25 s");
    assert.equal(formatElapsed(190, 145), "3 min 10 s, longer than the usual 2 min 25 s");
    assert.equal(formatElapsed(3), "3.0 s");
  });

  it("counts steps and gives each one line at its begin and one at its end when nobody watches", () => {
    const stream = new Written(false);
    const progress = start(stream).counted(2);
    const first = progress.step("build etcd", 41);
    time = 2000;
    first.done("27 MB");
    progress.step("build kwok").fail("no space left");
    assert.deepEqual(stream.lines, [
      "[1/2] build etcd (about 41 s)",
      "✓ [1/2] build etcd: 27 MB (2.0 s)",
      "[2/2] build kwok",
      "✗ [2/2] build kwok: no space left (0.0 s)",
    ]);
  });

  it("gives a sign of life from time to time when nobody watches, and none after the end", async () => {
    const stream = new Written(false);
    const step = start(stream, 20).step("build kwok", 145);
    step.update("300 packages compiled");
    time = 30_000;
    await sleep(35);
    step.done();
    const written = stream.lines.length;
    assert.equal(stream.lines[1], "  … build kwok, 30 s of about 2 min 25 s, 300 packages compiled");
    await sleep(50);
    assert.equal(stream.lines.length, written);
  });

  it("keeps one changing line on a terminal, never wider than the terminal", async () => {
    const stream = new Written(true);
    const progress = start(stream);
    const step = progress.step("build something with a name that is rather long", 145);
    step.update("1234 packages compiled");
    const other = progress.step("another");
    await sleep(250);
    other.done();
    step.done();
    assert.deepEqual(stream.lines.length, 2, "only ended steps leave a line behind");
    const frames = stripVTControlCharacters(stream.text).split(/[\r\n]/);
    for (const frame of frames.filter((text) => !text.startsWith("✓"))) assert.ok(frame.length < 60, frame);
    assert.ok(stream.text.endsWith("\r\u001b[K"), "the changing line is taken away at the end");
  });

  it("ends a step once", () => {
    const stream = new Written(false);
    const step = start(stream).step("work");
    step.done();
    step.fail("too late");
    assert.equal(stream.lines.length, 2);
  });
});
