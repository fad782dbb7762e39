import { startAwsRig, type AwsRig } from "../../sandbox/awsSupport";
import { program } from "../program";
describe("engine", function () {
  this.timeout(600_000);
  let rig: AwsRig;
  after(async () => rig?.down());
  it("goes", async () => {
    rig = await startAwsRig({ speed: 1000 });
    const request = { stack: "aws", program: () => program({ logfire: { disposable: true } }) };
    try {
    const first = await rig.sandbox.engine.deploy(request);
    console.log(first.changes, first.durationSeconds, first.outputs, first.warnings);
    const second = await rig.sandbox.engine.deploy(request);
    console.log(second.changes, second.warnings);
    const third = await rig.sandbox.engine.destroy({ stack: "aws" });
    console.log(third.changes, rig.account.entities());
    } catch (e) { console.log(String((e as Error).message).slice(0, 6000)); }
  });
});
